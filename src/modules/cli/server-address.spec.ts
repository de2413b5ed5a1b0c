import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoServer, findServer } from './server-address';

const keys = { service: 's'.repeat(24), analyst: 'a'.repeat(24), operator: 'o'.repeat(24) };

describe('finding the server', () => {
  const alive = (answer: ServerResponse): void => void answer.end('{}');
  let respond = alive;
  const server = createServer((_, answer) => respond(answer));
  let home: string;
  let url: string;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'flowledger-cli-'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    respond = alive;
    if (server.listening) await new Promise((done) => server.close(done));
    await rm(home, { recursive: true });
  });

  const leave = async (): Promise<void> => {
    await writeFile(join(home, 'server.json'), JSON.stringify({ url, pid: process.pid }));
    await writeFile(join(home, 'keys.json'), JSON.stringify(keys));
  };

  it('takes what the environment names', async () => {
    const env = { FLOWLEDGER_URL: `${url}/`, FLOWLEDGER_KEY: 'given' };
    expect(await findServer(env, 'service')).toEqual({ url, key: 'given' });
  });

  it.each([' ', '/?', '//#'])('takes a named url that ends with %j without it', async (end) => {
    const env = { FLOWLEDGER_URL: url + end, FLOWLEDGER_KEY: 'given' };
    expect(await findServer(env, 'service')).toEqual({ url, key: 'given' });
  });

  it('else takes what the server on its home left there', async () => {
    await leave();
    const env = { FLOWLEDGER_HOME: home };
    expect(await findServer(env, 'operator')).toEqual({ url, key: keys.operator });
  });

  it('takes a named key for the server on its home', async () => {
    await leave();
    const env = { FLOWLEDGER_HOME: home, FLOWLEDGER_KEY: 'given' };
    expect(await findServer(env, 'service')).toEqual({ url, key: 'given' });
  });

  it('says so when none was started, and leaves no keys behind', async () => {
    const found = findServer({ FLOWLEDGER_HOME: home }, 'service');
    await expect(found).rejects.toThrow(/^no server runs on .*: start one with "npm start"/);
    await expect(found).rejects.toBeInstanceOf(NoServer);
    expect(await readdir(home)).toEqual([]);
  });

  it('says so when it is gone', async () => {
    await leave();
    await new Promise((done) => server.close(done));
    const found = findServer({ FLOWLEDGER_HOME: home }, 'service');
    await expect(found).rejects.toThrow(/does not answer at .*: start it with "npm start"$/);
  });

  it('says so when something else answers, or sends it on', async () => {
    const env = { FLOWLEDGER_URL: url, FLOWLEDGER_KEY: 'given' };
    respond = (answer) => answer.end('<!DOCTYPE html><title>Welcome</title>');
    await expect(findServer(env, 'service')).rejects.toThrow(
      'FLOWLEDGER_URL is answered by something else',
    );
    respond = (answer) => answer.writeHead(308, { location: 'https://there/health/live' }).end();
    await expect(findServer(env, 'service')).rejects.toThrow(
      'FLOWLEDGER_URL leads elsewhere, to https://there/health/live: set it to',
    );
  });

  it.each([502, 503, 504])('takes one that is away behind a proxy for now (%i)', async (status) => {
    const env = { FLOWLEDGER_URL: url, FLOWLEDGER_KEY: 'given' };
    respond = (answer) => answer.writeHead(status).end('<html>Bad Gateway</html>');
    expect(await findServer(env, 'service')).toEqual({ url, key: 'given' });
    respond = (answer) => answer.writeHead(500).end();
    await expect(findServer(env, 'service')).rejects.toThrow('no server answers');
  });

  it('never sends the keys of its home to a server named otherwise', async () => {
    await leave();
    const found = findServer({ FLOWLEDGER_HOME: home, FLOWLEDGER_URL: url }, 'service');
    await expect(found).rejects.toThrow('set FLOWLEDGER_KEY');
  });

  it.each(['a-key\r', 'a\nkey', 'a key', 'clé'])(
    'refuses %j, which no header can hold, as a key, and does not repeat it',
    async (named) => {
      const found = findServer({ FLOWLEDGER_URL: url, FLOWLEDGER_KEY: named }, 'service');
      await expect(found).rejects.toThrow(/^FLOWLEDGER_KEY has .*, which no key has$/);
    },
  );

  it.each([
    ['http://ops:secret-of-mine@127.0.0.1:3000', /^FLOWLEDGER_URL has a user or a password in it/],
    ['http://127.0.0.1:3000/?tenant=a#top', /^FLOWLEDGER_URL ends with \?tenant=a#top: leave/],
  ])('says what is wrong with %s, and not that no server answers', async (named, says) => {
    const found = findServer({ FLOWLEDGER_URL: named, FLOWLEDGER_KEY: 'given' }, 'service');
    await expect(found).rejects.toThrow(says);
    await expect(found).rejects.not.toThrow('secret-of-mine');
  });

  it.each(['nonsense', 'ftp://example.com'])('refuses %s as a url', async (named) => {
    const found = findServer({ FLOWLEDGER_URL: named, FLOWLEDGER_KEY: 'given' }, 'service');
    await expect(found).rejects.toThrow('FLOWLEDGER_URL is not an http or https url');
  });
});
