import { expect, test } from 'vitest';
import { keptOf } from './host-environment';

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
