import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { httpRequest } from './http-request';

describe('an answer', () => {
  let respond: (answer: ServerResponse) => void;
  const server = createServer((request, answer) => {
    request.resume();
    respond(answer);
  });
  let url: string;

  beforeEach(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('that does not come, or does not go on, fails after a while, and says so', async () => {
    respond = () => undefined;
    await expect(httpRequest(url, { headers: {} }, 50)).rejects.toThrow('nothing came for 0.05 s');
    respond = (answer) => answer.write('a part');
    const begun = await httpRequest(url, { headers: {} }, 50);
    await expect(text(begun)).rejects.toThrow('nothing came for 0.05 s');
  });

  it('that nobody reads for longer than that is all there when somebody does', async () => {
    const whole = 'x'.repeat(4_000_000);
    respond = (answer) => answer.end(whole);
    const answer = await httpRequest(url, { headers: {} }, 500);
    await delay(1_200);
    expect((await text(answer)).length).toBe(whole.length);
  });
});
