import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { perform } from '../src/modules/cli/verb';
import { pricesVerb } from './prices';

test('a model whose price is another has its whole name, however long the prices are', async () => {
  const server = createServer(({ url }, response) => {
    response.setHeader('content-type', 'application/x-ndjson');
    response.end(url === '/health/live' ? '{}' : '');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  let out = '';
  const status = await perform(pricesVerb, ['diff'], {
    env: { FLOWLEDGER_URL: url, FLOWLEDGER_KEY: 'a-key' },
    out: { write: (text: string) => (out += text) },
    err: { write: () => true },
  });
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  expect(status).toBe(0);
  expect(out).toMatch(/ \S*deepseek\S* .*, 00:30-16:30 /);
  expect(out).not.toContain('…');
});
