import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ParseArgsConfig } from 'node:util';
import { perform } from '../src/modules/cli/verb';
import type { Verb } from '../src/modules/cli/verb';
import { archiveVerb } from './archive';
import { rebuildVerb } from './rebuild';
import { replayVerb } from './replay';

/** Runs a verb on a server that begins an answer and never ends it; Ctrl-C is pressed meanwhile. */
const stopped = async <O extends NonNullable<ParseArgsConfig['options']>>(
  verb: Verb<O>,
  ...args: readonly string[]
) => {
  const ctrlC = new AbortController();
  const server = createServer(({ url }, response) => {
    if (url === '/health/live') return response.end('{}');
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    return setImmediate(() => ctrlC.abort());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  let err = '';
  const status = await perform(verb, args, {
    env: { FLOWLEDGER_URL: url, FLOWLEDGER_KEY: 'a-key' },
    out: { write: () => true },
    err: { write: (text: string) => (err += text) },
    interrupted: ctrlC.signal,
  });
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  return { status, err };
};

test('a proof of archives ends at the first Ctrl-C', async () => {
  expect(await stopped(archiveVerb, 'verify')).toEqual({ status: 1, err: 'stopped\n' });
});

test('the rows of a rebuild that differ end at the first Ctrl-C', async () => {
  expect(await stopped(rebuildVerb, 'diff', 'r1')).toEqual({ status: 1, err: 'stopped\n' });
});

const plan = {
  fromPosition: '1',
  toPosition: '1',
  total: 1,
  types: { ExecutionStarted: 1 },
  topic: 'a-copy',
  secondsAtLeast: null,
};

test('a Ctrl-C while work is planned is told before the plan comes, and nothing is begun', async () => {
  const ctrlC = new AbortController();
  const asked: unknown[] = [];
  const said = new EventEmitter();
  const word = once(said, 'word');
  const server = createServer(({ url, method }, response) => {
    if (url === '/health/live') return response.end('{}');
    asked.push(`${String(method)} ${String(url)}`);
    void word.then(() => response.end(JSON.stringify({ plan }))); // the plan waits for it
    return setImmediate(() => {
      ctrlC.abort();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  let err = '';
  const status = await perform(replayVerb, ['--topic', 'a-copy'], {
    env: { FLOWLEDGER_URL: url, FLOWLEDGER_KEY: 'a-key' },
    out: { write: () => true },
    err: {
      write: (text: string) => {
        err += text;
        said.emit('word');
      },
    },
    interrupted: ctrlC.signal,
  });
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  expect({ status, asked }).toEqual({ status: 1, asked: ['POST /v1/commands/start-replay'] });
  expect(err).toBe(
    'stopping: nothing is begun once the server has answered\nstopped before it began\n',
  );
});
