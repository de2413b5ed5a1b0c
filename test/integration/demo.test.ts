import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoVerb } from '../../scripts/demo';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { deployerOf } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { leadingTo, runVerb, widthOf } from './run-verb';

const script = join(__dirname, '../../dist/scripts/demo.js');

jest.setTimeout(240_000); // a demo takes half a minute where others work beside it

interface Figures {
  run: string;
  executions: { executionId: string; status: string; costNanoUsd: string; calls: number }[];
  agents: { agent: string; calls: string; costNanoUsd: string }[];
  models: { model: string; unpricedCalls: string; costNanoUsd: string }[];
}

const sumOf = (rows: readonly { costNanoUsd: string }[]): bigint =>
  rows.reduce((sum, { costNanoUsd }) => sum + BigInt(costNanoUsd), 0n);

describe('the demo', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });

  afterAll(async () => {
    await app.stop();
  });

  it('shows a day within 80 columns, without colour, and ends with requests to paste', async () => {
    const { status, out, err } = await runVerb(demoVerb, [], leadingTo(app, 'operator'));
    expect({ status, err }).toMatchObject({ status: 0 });
    expect(widthOf(out)).toBeLessThanOrEqual(80);
    expect(out).not.toContain('\u001b');
    for (const heading of ['status', 'quality gate', 'agent', 'model', 'most expensive']) {
      expect(out).toMatch(new RegExp(`^ {3}${heading} `, 'm'));
    }
    for (const what of [
      'completed',
      'failed',
      'cancelled',
      'timed_out',
      'published after 1 revision',
    ]) {
      expect(out).toMatch(new RegExp(`^ {3}${what} `, 'm'));
    }
    expect(out).toContain('409  quality-not-passed: there is no score yet');
    expect(out).toContain('same key, recorded once');
    expect(out).toMatch(
      /^ {3}why do tests fail now and then\n {5}\d\.\d\d {2}demo\/flaky-tests\.md/m,
    );
    expect(out).toMatch(/^ {3}0 rows differ from what was live: cut over by itself$/m);
    expect(out).toMatch(/^ {3}live, in the place of demo-\S+-v1$/m);
    expect(out).toMatch(/^ {3}failed: [\d.]+ % of the articles pass the editor's gate, of 87 %/m);
    expect(out).toMatch(/^ {3}rehearsed first: 9 steps in [\d.]+ s, beside what is live$/m);
    expect(out).toMatch(/^ {3}9\/9 {2}prove +\d/m);
    expect(out).toMatch(/^ {3}demo-\S+-v2 is rolled back to demo-\S+-v1 in \d/m);
    expect(out).toMatch(/^ {3}everything holds$/m);
    expect(out).toContain('$FLOWLEDGER_KEY');
    expect(out).not.toContain(app.keys.operator);
  });

  it('can be run again, and its figures are of this run alone', async () => {
    const args = ['--executions', '20', '--seed', '5', '--json'];
    const runs = await Promise.all(
      [0, 1].map(async () => {
        const { out } = await runVerb(demoVerb, args, leadingTo(app, 'operator'));
        return JSON.parse(out) as Figures;
      }),
    );
    for (const { run, executions, agents, models } of runs) {
      expect(executions.every(({ executionId }) => executionId.startsWith(run))).toBe(true);
      expect(sumOf(agents)).toBe(sumOf(executions));
      expect(sumOf(models)).toBe(sumOf(executions));
      expect(models.some(({ unpricedCalls }) => unpricedCalls !== '0')).toBe(true);
    }
  });

  it('credits paragraphs with what became of the articles they were found for', async () => {
    const { body } = await app.client.get<{ rows: Record<string, string>[] }>(
      '/v1/projections/style-usage?groupBy=source',
    );
    const ours = body.rows.filter(({ source = '' }) => source.startsWith('demo/'));
    const sum = (name: string): number => ours.reduce((total, row) => total + Number(row[name]), 0);
    expect(ours).toHaveLength(3);
    expect(sum('results')).toBeGreaterThan(0);
    expect(sum('published')).toBeGreaterThan(0);
  });

  it('leaves a live deployment and a style memory alone that are not its own', async () => {
    const deployer = deployerOf(app.client, app.keys.operator);
    await deployer.promoted('yours');
    const { body } = await deployer.take(['complete-deployment', { deploymentId: 'yours' }]);
    const markdown =
      'An article of somebody who wants nothing else to be in this memory of theirs.';
    const indexed = await app.client.command('index-article', { source: 'yours.md', markdown });
    const { position } = indexed.body;
    const paragraphs = `/v1/projections/style-paragraphs?minPosition=${position}`;
    await eventually('yours in the memory', async () => {
      return (await app.client.get(paragraphs)).status === 200;
    });
    const { out } = await runVerb(demoVerb, ['--executions', '5'], leadingTo(app, 'operator'));
    expect(out).toContain('left out: the style memory holds articles of yours');
    expect(out).toContain('left out: yours is live, and stays so');
    expect((await deployer.row('yours', body.position)).status).toBe('live');
  });

  it('says what it would send, and sends nothing, in a dry run', async () => {
    const { status, out } = await runVerb(demoVerb, ['--dry-run'], {
      FLOWLEDGER_URL: 'http://127.0.0.1:1',
    });
    expect(status).toBe(0);
    expect(out).toMatch(/^Dry run: \d+ executions in [\d,]+ commands, not sent\n/);
    expect(out).toMatch(/^ {2}record-llm-call +[\d,]+$/m);
  });

  it.each([
    [['--executions', 'many'], '--executions is a whole number'],
    [['--seed', '-1'], '--seed needs a value; one that begins with a dash is given as --seed=-...'],
    [['now'], 'now is one too many'],
  ])('refuses %j', async (args, message) => {
    const { status, err } = await runVerb(demoVerb, args, {});
    expect(status).toBe(2);
    expect(err).toContain(message);
  });

  it('fails where the server it was sent to is not there', async () => {
    const env = { FLOWLEDGER_URL: 'http://127.0.0.1:1', FLOWLEDGER_KEY: 'a-key' };
    const { status, err } = await runVerb(demoVerb, [], env);
    expect(status).toBe(1);
    expect(err).toBe('no server answers at http://127.0.0.1:1 (FLOWLEDGER_URL)\n');
  });

  it('leaves nothing of a server of its own, however often Ctrl-C is pressed', async () => {
    const home = await mkdtemp(join(tmpdir(), 'flowledger-no-server-'));
    await chmod(home, 0o711); // started by root, PostgreSQL runs as another user
    const { PATH = '', HOME = '' } = process.env;
    const demo = spawn(process.execPath, [script], {
      env: { PATH, HOME, TMPDIR: home, FLOWLEDGER_HOME: join(home, 'none') },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const ended = once(demo, 'close');
    let told: NodeJS.Timeout | undefined;
    demo.stdout.on('data', (text: Buffer) => {
      if (text.includes('2  A day')) told = setInterval(() => demo.kill('SIGINT'), 50);
    });
    const outcome = await ended.finally(() => clearInterval(told));
    expect(outcome).toEqual([130, null]);
    expect(await readdir(home)).toEqual([]);
    await rm(home, { recursive: true });
  });

  it('starts a server of its own where none runs, and leaves nothing of it', async () => {
    const home = await mkdtemp(join(tmpdir(), 'flowledger-no-server-'));
    const leftovers = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('flowledger-demo-'));
    const before = await leftovers();
    const { status, out, err } = await runVerb(demoVerb, ['--executions', '10'], {
      FLOWLEDGER_HOME: home,
    });
    expect(err).toContain('a temporary one is started');
    expect(status).toBe(0);
    expect(out).toContain('The temporary server is gone');
    expect(await leftovers()).toEqual(before);
    await rm(home, { recursive: true });
  });
});
