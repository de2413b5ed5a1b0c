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

test('what is waited for is said once', async () => {
  const detail = 'version 4 of price-book is still being built';
  let asked = 0;
  const server = createServer(({ url }, response) => {
    if (url === '/health/live') return response.end('{}');
    asked += 1;
    if (asked < 3) {
      response.writeHead(503, { 'retry-after': '0' });
      return response.end(JSON.stringify({ status: 503, code: 'version-not-live', detail }));
    }
    return response.setHeader('content-type', 'application/x-ndjson').end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  let err = '';
  const status = await perform(pricesVerb, ['diff'], {
    env: { FLOWLEDGER_URL: url, FLOWLEDGER_KEY: 'a-key' },
    out: { write: () => true },
    err: { write: (text: string) => (err += text) },
  });
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  expect({ status, asked }).toEqual({ status: 0, asked: 3 });
  expect(err).toBe(`waiting, a minute at most: ${detail}\n`);
});
