import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventsVerb } from '../../scripts/events';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { work } from '../harness/work';
import { leadingTo, runVerb } from './run-verb';
import { openStream } from './streamed';

const script = join(__dirname, '../../dist/scripts/events.js');
const ndjson = { accept: 'application/x-ndjson' };

let app: TestApp;
let folder: string;
/** Every event as a line, in order. */
let lines: readonly string[];

const typeOf = (line: string): string => (JSON.parse(line) as { type: string }).type;
const textOf = (chosen: readonly string[]): string => chosen.map((line) => `${line}\n`).join('');
const ofType = (type: string): string => textOf(lines.filter((line) => typeOf(line) === type));

beforeAll(async () => {
  app = await startApp();
  folder = await mkdtemp(join(tmpdir(), 'events-export-'));
  await work(app.client, { executions: 20, calls: 10 });
  const { text } = await (await openStream(app, '/v1/events', ndjson)).rest();
  lines = text.split('\n').slice(0, -1);
  expect(lines).toHaveLength(220);
});

afterAll(async () => {
  await app.stop();
  await rm(folder, { recursive: true });
});

const exported = (...args: readonly string[]) =>
  runVerb(eventsVerb, args, leadingTo(app, 'analyst'));

const counts = async (query: string) => {
  const { body } = await app.client.get(`/v1/events/counts${query}`, { key: app.keys.analyst });
  return body;
};

describe('the counts of a scope', () => {
  it('are by type, the most first, within the positions there are', async () => {
    expect(await counts('')).toEqual({
      fromPosition: '1',
      toPosition: '220',
      total: 220,
      types: { LlmCallRecorded: 200, ExecutionStarted: 20 },
    });
    expect(Object.keys((await counts(''))['types'] as object)[0]).toBe('LlmCallRecorded');
  });

  it.each([
    ['?types=ExecutionStarted', 20],
    ['?streams=execution-run-3', 11],
    ['?streams=execution-run-3,execution-run-4&types=LlmCallRecorded&toPosition=60', 4],
    ['?fromPosition=201&toPosition=1000', 20],
    ['?deployments=nobodys', 0],
    ['?since=2100-01-01', 0],
    ['?until=2020-01-01', 0],
  ])('of %s are %i', async (query, total) => {
    expect(await counts(query)).toMatchObject({ total });
    const { text } = await (await openStream(app, `/v1/events${query}`, ndjson)).rest();
    expect(text.split('\n')).toHaveLength(total + 1);
  });

  it('are refused for what is no scope', async () => {
    expect(await counts('?limit=5&since=now')).toMatchObject({ status: 400, code: 'malformed' });
  });
});

describe('an export', () => {
  it('is what the ledger has, line by line, with its counts up front', async () => {
    const { status, out, err } = await exported();
    expect({ status, out }).toEqual({ status: 0, out: textOf(lines) });
    expect(err).toMatch(
      /^220 events at positions 1 to 220\n {2}type +events\n {2}LlmCallRecorded +200\n {2}ExecutionStarted +20\n220 events written in /,
    );
  });

  it('is of the scope that was asked for', async () => {
    expect((await exported('--type', 'ExecutionStarted')).out).toBe(ofType('ExecutionStarted'));
    const some = await exported(
      ...['--from', '15', '--to', '30', '--type', 'LlmCallRecorded,ExecutionStarted'],
      ...['--stream', 'execution-run-1', '--stream', 'execution-run-19'],
    );
    const chosen = lines
      .slice(14, 30)
      .filter((line) => /"stream":"execution-run-(1|19)"/.test(line));
    expect(some).toMatchObject({ status: 0, out: textOf(chosen) });
    expect(await exported('--since', '2100-01-01')).toMatchObject({ status: 0, out: '' });
  });

  it('is the same at a rate', async () => {
    const { status, out, err } = await exported('--rate', '2000', '--json');
    expect({ status, out }).toEqual({ status: 0, out: textOf(lines) });
    expect(JSON.parse(err.split('\n')[0] ?? '')).toEqual(await counts(''));
  });

  it.each([
    [['--since', 'yesterday'], /^--since: an ISO 8601 time/],
    [['--rate', '0'], /^--rate: events in a second/],
    [['--tpye', 'X'], /did you mean --type/],
  ])('%j is bad use', async (args, message) => {
    expect(await exported(...args)).toEqual({
      status: 2,
      out: '',
      err: expect.stringMatching(message),
    });
  });
});

describe('an export to a file', () => {
  let path: string;
  let files = 0;

  beforeEach(() => {
    files += 1;
    path = join(folder, `${String(files)}.jsonl`);
  });

  const content = (): Promise<string> => readFile(path, 'utf8');

  it('goes on behind its last whole line, wherever it was cut off', async () => {
    const whole = ofType('ExecutionStarted');
    for (const cut of [0, 1, 12, 500, whole.length - 1, whole.length]) {
      await writeFile(path, whole.slice(0, cut));
      const { status, out, err } = await exported('--type', 'ExecutionStarted', '--output', path);
      expect({ cut, status, out, content: await content() }).toEqual({
        cut,
        status: 0,
        out: '',
        content: whole,
      });
      if (cut > 500) expect(err).toMatch(/^\d+ events up to position \d+ there already\n/);
    }
  });

  it.each<[string, () => string, RegExp, ...string[]]>([
    [
      'of another scope',
      () => textOf(lines.slice(0, 30)),
      /not what the scope has/,
      '--type=Other',
    ],
    ['with a gap', () => textOf([lines[0]!, lines[2]!]), /it has 2 lines, the scope 3 events/],
    [
      'of another ledger',
      () => textOf([lines[0]!.replace('"', '" ')]),
      /its last line is no event/,
    ],
    [
      'with a changed event',
      () => textOf([lines[0]!.replace('run-0', 'run-9')]),
      /not what the scope/,
    ],
    ['of words', () => 'Dear diary,\n', /its last line is no event/],
    ['of words without an end', () => 'Dear diary', /it does not end with an event/],
    ['beyond the scope', () => textOf(lines.slice(0, 50)), /not what the scope has at position 50/],
  ])('refuses a file %s, and leaves it as it is', async (_what, text, message, ...other) => {
    await writeFile(path, text());
    const { status, err } = await exported('--to', '40', ...other, '--output', path);
    expect(status).toBe(1);
    expect(err).toMatch(message);
    expect(await content()).toBe(text());
  });

  it('says where it cannot write', async () => {
    const { status, err } = await exported('--output', join(folder, 'no/where.jsonl'));
    expect({ status, err }).toEqual({ status: 1, err: expect.stringMatching(/^cannot write /) });
  });

  const started = (...args: readonly string[]) => {
    const env = { PATH: process.env['PATH'], ...leadingTo(app, 'analyst') };
    const child = spawn(process.execPath, [script, ...args], { env, stdio: 'ignore' });
    return { child, exit: once(child, 'close') };
  };
  const someWritten = (): Promise<true> =>
    eventually('some of it', async () => {
      const { size } = await stat(path);
      return size > 2_000;
    });

  it('carries on exactly after it was killed', async () => {
    const { child, exit } = started('--rate', '10', '--output', path);
    await someWritten();
    child.kill('SIGKILL');
    await exit;
    expect((await content()).length).toBeLessThan(textOf(lines).length);
    expect(await exported('--output', path)).toMatchObject({ status: 0 });
    expect(await content()).toBe(textOf(lines));
  });

  it('ends with a whole line when it is interrupted', async () => {
    const { child, exit } = started('--rate', '10', '--output', path);
    await someWritten();
    child.kill('SIGINT');
    child.kill('SIGTERM'); // at once, as npm repeats what its terminal sends: it counts for one
    expect(await exit).toEqual([1, null]);
    const written = await content();
    expect(textOf(lines).startsWith(written)).toBe(true);
    expect(written.endsWith('\n')).toBe(true);
  });
});
