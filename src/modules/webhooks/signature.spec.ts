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
