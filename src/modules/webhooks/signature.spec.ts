import { createHmac, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { signedHeaders } from './signature';

test('a message is signed for each key, over id, time and body as they are sent', () => {
  // Made with: printf '%s' 'msg.1700000000.{"a":1}' | openssl dgst -sha256 -hmac <key> -binary | base64
  const keys = ['k'.repeat(24), 'q'.repeat(24)].map((text) => new TextEncoder().encode(text));
  expect(signedHeaders({ id: 'msg', body: '{"a":1}' }, 1_700_000_000, keys)).toEqual({
    'webhook-id': 'msg',
    'webhook-timestamp': '1700000000',
    'webhook-signature':
      'v1,V/kpNf61gzfkx6MmAaH6hr2jJX06I0d9ZF6mXnBPEaE= v1,XcGiETF4i/GfSId59NAHqhgo87ddmkwWfbXiFJsc1/s=',
  });
});

describe('a receiver that does as docs/alerts.md says', () => {
  type IsGenuine = (headers: Record<string, string>, text: string, secret: string) => boolean;

  const documented = (): IsGenuine => {
    const page = readFileSync(join(__dirname, '../../../docs/alerts.md'), 'utf8');
    const [, code = ''] = /```js\nimport [^\n]*\n(.*?)```/s.exec(page) ?? [];
    const context = { createHmac, timingSafeEqual, Buffer, Date, Number, Math };
    return runInNewContext(`${code}\nisGenuine`, context) as IsGenuine;
  };

  const [key, other] = ['k', 'q'].map((letter) => new TextEncoder().encode(letter.repeat(24)));
  const secret = `whsec_${Buffer.from(key!).toString('base64')}`;
  const message = { id: 'msg', body: '{"text":"Überschrift"}' };
  const now = Math.floor(Date.now() / 1_000);

  test('takes what is signed, also while another secret signs beside it', () => {
    const isGenuine = documented();
    expect(isGenuine(signedHeaders(message, now, [key!]), message.body, secret)).toBe(true);
    expect(isGenuine(signedHeaders(message, now, [other!, key!]), message.body, secret)).toBe(true);
  });

  test.each([
    ['another text', signedHeaders(message, now, [key!]), `${message.body} `],
    ['another secret', signedHeaders(message, now, [other!]), message.body],
    ['another id', { ...signedHeaders(message, now, [key!]), 'webhook-id': 'x' }, message.body],
    ['another day', signedHeaders(message, now - 86_400, [key!]), message.body],
  ])('refuses %s', (_what, headers, text) => {
    expect(documented()(headers, text, secret)).toBe(false);
  });
});
