import { expect, test } from 'vitest';
import { webviewDocument } from './document';

test('a title from a file is text, whatever is in it', () => {
  const title = 'Drift: drift[note=</title><meta http-equiv=refresh content=0>&lt;]@training';
  const place = { nonce: 'n', cspSource: 'c', script: 's', style: 't', language: 'en', words: {} };
  const html = webviewDocument({ ...place, title });
  expect(html.match(/<meta/g)).toHaveLength(3);
  const [, written] = /<title>([^<]*)<\/title>/.exec(html)!;
  expect(written!.replaceAll('&lt;', '<').replaceAll('&amp;', '&')).toBe(title);
});
