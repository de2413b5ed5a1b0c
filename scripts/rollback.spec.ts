import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { perform } from '../src/modules/cli/verb';
import { rollbackVerb } from './rollback';

const rollback = {
  rollbackId: 'r1',
  deploymentId: 'd2',
  flow: 'content',
  to: 'd1',
  mode: 'code',
  rehearsal: false,
  reason: 'the gates fell',
  step: 'switch',
  waiting: null,
  seconds: 1,
  secondsLeft: null,
  done: 3,
  total: 9,
  ratePerSecond: 1,
  steps: [],
  failure: null,
  whatIf: null,
  startedBy: 'ops',
  startedAt: '2026-01-08T10:00:00.000Z',
  endedAt: null,
};

const told =
  (state: string) =>
  (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...rollback, state }));
  };
const reports = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/markdown; charset=utf-8' }).end('# Rollback\n');
};
const refuses = (response: ServerResponse): void => {
  const detail = 'the key is not valid here';
  response.writeHead(401, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ status: 401, code: 'unauthorized', detail }));
};
const goesAway = (response: ServerResponse): void => void response.destroy();

/** Follows the rollback on a server that gives these answers, one after the other. */
const follow = async (
  answers: ((response: ServerResponse) => void)[],
  ...flags: readonly string[]
) => {
  const server = createServer(({ url }, response) => {
    if (url === '/v1/rollbacks/r1') answers.shift()?.(response);
    else response.end('{}'); // whether it is alive
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const written = { out: '', err: '' };
  const status = await perform(rollbackVerb, ['follow', 'r1', ...flags], {
    env: { FLOWLEDGER_URL: url, FLOWLEDGER_KEY: 'a-key' },
    out: { write: (text: string) => (written.out += text) },
    err: { write: (text: string) => (written.err += text) },
  });
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  return { status, ...written };
};

test('a rollback is followed to its end though the server is started anew meanwhile', async () => {
  const answers = [told('running'), goesAway, goesAway, told('running'), told('completed')];
  const { status, out, err } = await follow(answers);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toContain('d2 is rolled back to d1');
  expect(answers).toEqual([]);
});

test('a key that is taken away meanwhile is no refusal of the rollback, which goes on', async () => {
  const { status, out, err } = await follow([told('running'), refuses]);
  expect({ status, out }).toEqual({ status: 1, out: '' });
  expect(err).toMatch(
    /the key is not valid here .*; it may go on: npm run rollback -- follow r1\n$/,
  );
});

test('how it ended is told though its report cannot be written', async () => {
  const answers = [told('completed'), reports];
  const { status, out, err } = await follow(answers, '--report', '/nowhere/report.md');
  expect(out).toContain('d2 is rolled back to d1');
  expect(err).toMatch(/^cannot write \/nowhere\/report\.md: .*; it is kept: .* follow r1 --report/);
  expect(status).toBe(1);
});

test('a report that is not given out is no refusal of the rollback, which is done', async () => {
  const { status, out, err } = await follow([told('completed'), refuses], '--report', 'report.md');
  expect(out).toContain('d2 is rolled back to d1');
  expect(err).toMatch(/^cannot write report\.md: .*the key is not valid here .*; it is kept: /);
  expect(status).toBe(1);
});

/** Where there is no server. */
const begin = async (...given: readonly string[]) => {
  const written = { out: '', err: '' };
  const status = await perform(rollbackVerb, given, {
    env: {},
    out: { write: (text) => (written.out += text) },
    err: { write: (text) => (written.err += text) },
  });
  return { status, ...written };
};

test('a deployment that is not named is asked for', async () => {
  const { status, out, err } = await begin();
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(/^<deployment> is missing\nusage: /);
});

test('a dry run has no report', async () => {
  const { status, out, err } = await begin('d2', '--dry-run', '--report', 'report.md');
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(/^--report is of a rollback that is carried out/);
});
