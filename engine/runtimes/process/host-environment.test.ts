import { afterEach, expect, test, vi } from 'vitest';
import { hostEnvironment, keptOf } from './host-environment';

const environment = {
  Path: 'C:\\bin',
  SystemRoot: 'C:\\Windows',
  LC_ALL: 'C',
  lang: 'de',
  API_KEY: 'secret',
  TERM: undefined,
};

test('on Windows what is kept is found by the names that all look for', () => {
  expect(keptOf(environment, true)).toEqual({ PATH: 'C:\\bin', SYSTEMROOT: 'C:\\Windows', LC_ALL: 'C', LANG: 'de' });
});

test('elsewhere names stay as they are, and nothing else comes along', () => {
  expect(keptOf({ PATH: '/bin', LC_ALL: 'C', http_proxy: 'p', API_KEY: 'secret' }, false)).toEqual({
    PATH: '/bin',
    LC_ALL: 'C',
  });
});

test('where downloads are kept is known, what changes a result is not', () => {
  const given = { HF_HOME: '/big/hf', TORCH_HOME: '/big/torch', PYTHONPATH: '/mine', OMP_NUM_THREADS: '1', FOO: 'bar' };
  expect(keptOf(given, false)).toEqual({ HF_HOME: '/big/hf', TORCH_HOME: '/big/torch' });
});

afterEach(() => vi.unstubAllEnvs());

test('a tracker on this host is reached without a proxy, also where one for all is the only one', () => {
  for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'])
    vi.stubEnv(name, undefined);
  vi.stubEnv('ALL_PROXY', 'socks5://127.0.0.1:7890');
  const { ALL_PROXY, no_proxy = '' } = hostEnvironment({});
  expect(ALL_PROXY).toBe('socks5://127.0.0.1:7890');
  expect(no_proxy.split(',')).toContain('127.0.0.1');
});

test('on Windows a program learns who it runs for', () => {
  expect(keptOf({ Username: 'ada' }, true)).toEqual({ USERNAME: 'ada' });
});
