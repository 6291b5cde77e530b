import type { RuntimeSettings } from '../options';
import { hostProxy, proxyEnvironment, trustEnvironment } from '../proxy';

/** What a program on the host gets of the host's environment: where things are, not what the user keeps there. */
const KEPT = new Set(
  ['PATH', 'HOME', 'USER', 'USERNAME', 'LOGNAME', 'SHELL', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TEMP', 'TMP', 'TERM']
    .concat(['LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'DYLD_FALLBACK_LIBRARY_PATH', 'CUDA_HOME', 'CUDA_VISIBLE_DEVICES'])
    .concat([
      'PYENV_ROOT',
      'PYENV_VERSION',
      'CONDA_PREFIX',
      'XDG_CACHE_HOME',
      'XDG_RUNTIME_DIR',
      'HF_HOME',
      'TORCH_HOME',
    ])
    .concat(['ALL_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR'])
    .concat(['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'])
    .concat(['SYSTEMROOT', 'SYSTEMDRIVE', 'COMSPEC', 'PATHEXT', 'WINDIR', 'APPDATA', 'LOCALAPPDATA', 'USERPROFILE'])
    .concat(['PROGRAMDATA', 'PROGRAMFILES', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE']),
);

/**
 * The environment of a program on the host: the few variables of this process that say where things are, then the
 * settings' proxies and certificates. Nothing else of the user's environment (keys, tokens) reaches a node.
 */
export function hostEnvironment(settings: RuntimeSettings): Record<string, string> {
  return {
    ...keptOf(process.env, process.platform === 'win32'),
    ...proxyEnvironment(settings.proxy ?? hostProxy(process.env), []),
    ...(settings.caBundle ? trustEnvironment(settings.caBundle) : {}),
    // Inside VS Code, Node is Electron's.
    ...(process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {}),
  };
}

/** Windows knows no case in names, and writes some in its own way (`Path`): there, all get the one by which they are looked for. */
export function keptOf(environment: NodeJS.ProcessEnv, windows: boolean): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    const upper = name.toUpperCase();
    if (value === undefined) continue;
    if (KEPT.has(upper) || name.startsWith('LC_')) kept[windows ? upper : name] = value;
  }
  return kept;
}
