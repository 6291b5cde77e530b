import type { ProxySettings } from './options';

/**
 * A proxy in the variables that programs read: both cases, since they do not agree on one.
 *
 * @param direct Hosts that must be reached without it, besides loopback and the settings' own (the tracker).
 */
export function proxyEnvironment(proxy: ProxySettings | undefined, direct: string[]): Record<string, string> {
  const variables: [string, string | undefined][] = [
    ['http_proxy', proxy?.http],
    ['https_proxy', proxy?.https],
    ['no_proxy', proxy && [...new Set(['localhost', '127.0.0.1', '::1', ...direct, ...(proxy.no ?? [])])].join(',')],
  ];
  return Object.fromEntries(
    variables.flatMap(([name, value]) => (value ? [[name, value] as const, [name.toUpperCase(), value] as const] : [])),
  );
}

/** The proxy that this host's own environment names, be it the one for all, which programs inherit; undefined without one. */
export function hostProxy(env: NodeJS.ProcessEnv): ProxySettings | undefined {
  const read = (name: string) => env[name] || env[name.toUpperCase()] || undefined;
  const [http, https] = [read('http_proxy'), read('https_proxy')];
  return http || https || read('all_proxy')
    ? { http, https, no: read('no_proxy')?.split(',').filter(Boolean) }
    : undefined;
}

/** The variables by which Node, pip, requests, curl, git, conda and OpenSSL find additional certificates. */
export function trustEnvironment(bundle: string): Record<string, string> {
  return {
    SSL_CERT_FILE: bundle,
    REQUESTS_CA_BUNDLE: bundle,
    CURL_CA_BUNDLE: bundle,
    PIP_CERT: bundle,
    NODE_EXTRA_CA_CERTS: bundle,
    GIT_SSL_CAINFO: bundle,
  };
}
