import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { ApiClient, NotFlowledger, Unreachable } from './api-client';
import type { ServerAddress } from './server-address';

const page = '<html>\n<head><title>502 Bad Gateway</title></head>\n</html>\n';
const schema = z.object({ position: z.string() });

describe('asking the server', () => {
  let respond: (answer: ServerResponse) => unknown;
  let asked: (string | undefined)[];
  const server = createServer((request, answer) => {
    asked.push(request.url);
    request.resume();
    respond(answer);
  });
  let address: ServerAddress;
  let client: ApiClient;

  beforeEach(async () => {
    asked = [];
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    address = { url: `http://127.0.0.1:${port}`, key: 'a-key' };
    client = new ApiClient(address);
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  const json = (answer: ServerResponse, text: string) =>
    answer.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(text);
  const get = () => client.get('/v1/there', {}, schema);
  const linesOf = async (): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of client.lines('/v1/there', {})) lines.push(line);
    return lines;
  };

  it('says in a line that something else answers', async () => {
    respond = (answer) => answer.writeHead(200, { 'content-type': 'text/html' }).end(page);
    await expect(get()).rejects.toThrow(/^what answers at .* answers .v1.there with text.html$/);
    await expect(linesOf()).rejects.toThrow(NotFlowledger);
    await expect(client.command('start-execution', {})).rejects.toThrow(NotFlowledger);
    respond = (answer) => json(answer, '{"hello": 1}');
    await expect(get()).rejects.toThrow(/^what answers at .* it answers .v1.there otherwise$/);
  });

  it('gives the page of a proxy in a line, whatever was asked', async () => {
    respond = (answer) => answer.writeHead(500, { 'content-type': 'text/html' }).end(page);
    const detail = '<html> <head><title>502 Bad Gateway</title></head> </html>';
    await expect(get()).rejects.toThrow(`/v1/there: ${detail} (500 unexpected)`);
    const { status, body } = await client.command('start-execution', {});
    expect({ status, body }).toEqual({ status, body: { status, code: 'unexpected', detail } });
  });

  it('asks again while a proxy has no server behind it', async () => {
    const statuses = [502, 504];
    respond = (answer) => {
      const status = statuses.shift();
      if (status === undefined) json(answer, '{"position": "7"}');
      else answer.writeHead(status, { 'retry-after': '0' }).end(page);
    };
    expect(await get()).toEqual({ position: '7' });
    expect(asked).toHaveLength(3);
  });

  it('waits no longer than its patience lasts, whatever a proxy asks for, nor behind a stop', async () => {
    respond = (answer) => answer.writeHead(503, { 'retry-after': '86400' }).end(page);
    const hasty = new ApiClient(address, 100);
    await expect(hasty.get('/v1/there', {}, schema)).rejects.toThrow('(503 unexpected)');
    const stop = new AbortController();
    const waiting = client.get('/v1/there', {}, schema, stop.signal);
    respond = (answer) => {
      answer.writeHead(503, { 'retry-after': '86400' }).end(page);
      setTimeout(() => {
        stop.abort(); // once it is waited for
      }, 200);
    };
    await expect(waiting).rejects.toThrow(/does not answer: .*502 Bad Gateway/);
  });

  it('takes an answer that breaks off for a server that is away', async () => {
    respond = (answer) => {
      answer.writeHead(200, { 'content-type': 'application/json', 'content-length': '99' });
      answer.write('{"posi', () => answer.destroy());
    };
    await expect(get()).rejects.toThrow(Unreachable);
  });

  it.each([
    ['lines', 'application/x-ndjson', linesOf],
    ['a whole', 'application/json', get],
  ])('takes %s that break off behind a proxy for a server that is away', async (_, type, read) => {
    respond = (answer) => {
      answer.writeHead(200, { 'content-type': type, connection: 'close' });
      answer.write('{"position": "7"}\n', () => answer.destroy());
    };
    await expect(read()).rejects.toThrow(Unreachable);
  });

  it('follows no redirect: it would lead there without the key', async () => {
    respond = (answer) => answer.writeHead(302, { location: '/elsewhere' }).end();
    await expect(get()).rejects.toThrow('302');
    expect(asked).toEqual(['/v1/there']);
  });
});
