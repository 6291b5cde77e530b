import { describe, expect, it } from 'vitest';
import { hostProxy, proxyEnvironment } from './proxy';

describe('a proxy', () => {
  it('is in both cases of each variable, and never between a node and its tracker', () => {
    expect(proxyEnvironment({ http: 'http://p:1', no: ['intern', 'localhost'] }, ['tracker'])).toEqual({
      http_proxy: 'http://p:1',
      HTTP_PROXY: 'http://p:1',
      no_proxy: 'localhost,127.0.0.1,::1,tracker,intern',
      NO_PROXY: 'localhost,127.0.0.1,::1,tracker,intern',
    });
  });

  it('is nothing where there is none', () => {
    expect(proxyEnvironment(undefined, ['tracker'])).toEqual({});
    expect(hostProxy({ NO_PROXY: 'x' })).toBeUndefined();
  });

  it('is found in either case', () => {
    expect(hostProxy({ HTTPS_PROXY: 'p', no_proxy: 'a,b' })).toEqual({ http: undefined, https: 'p', no: ['a', 'b'] });
  });
});
