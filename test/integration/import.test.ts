import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importVerb } from '../../scripts/import';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { leadingTo, runVerb, widthOf } from './run-verb';

const fixture = (name: string): string => join(__dirname, '../fixtures/legacy', name);

interface Tally {
  executions: number;
  waiting?: number;
  ended: number;
  calls: number;
  totalTokens: number;
  costNanoUsd: string;
}
interface Report {
  ok: boolean;
  read: Tally;
  recorded: Tally;
  alreadyThere: Tally;
  refused: Tally;
  refusals: { code: string }[];
  malformed: { index: number; field: string }[];
  ids: { index: number; executionId: string }[];
  readModels: { agree: boolean; differences: { row: string; field: string }[] };
}

/** `executions` executions, three to an id, with two calls each. */
const logOf = (name: string, executions: number) => {
  const time = (at: number, micros: number): string =>
    `2025-04-01T${new Date(at * 1_000).toISOString().slice(11, 19)}.${String(micros).padStart(6, '0')}`;
  return Array.from({ length: executions }, (_, index) => {
    const second = Math.floor(index / 3);
    const micros = (index % 3) * 250_000;
    const call = (cost_usd: number) => ({
      timestamp: time(second + 1, micros),
      agent: name,
      model: 'gpt-4o',
      input_tokens: 100,
      output_tokens: 10,
      cost_usd,
    });
    return {
      execution_id: `${name}_${second}`,
      agent: name,
      start_time: time(second, micros),
      end_time: time(second + 2, micros),
      llm_calls: [call(0.00035), call(0.000000001)],
    };
  });
};

describe('importing a legacy log', () => {
  let app: TestApp;
  let folder: string;

  beforeAll(async () => {
    app = await startApp();
    folder = await mkdtemp(join(tmpdir(), 'flowledger-import-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
    await app.stop();
  });

  const write = async (name: string, content: unknown): Promise<string> => {
    const path = join(folder, `${name}.json`);
    await writeFile(path, JSON.stringify(content));
    return path;
  };
  const run = (...args: string[]) => runVerb(importVerb, args, leadingTo(app));
  const report = async (...args: string[]) => {
    const { status, out, err } = await run(...args, '--json');
    if (out === '') throw new Error(err);
    return { status, ...(JSON.parse(out) as Report) };
  };
  const ledgerEnd = async (): Promise<number> => {
    const [row] = await app.database.sql<{ end: string }>(
      'select count(*) as end from ledger.events',
    );
    return Number(row?.end);
  };

  it('records all of it once, with the times of the file, and the read models hold it', async () => {
    const first = await report(fixture('roi-log.json'));
    expect(first).toMatchObject({ status: 0, ok: true, readModels: { agree: true } });
    expect(first.recorded).toEqual(first.read);
    expect(first.read).toMatchObject({ executions: 6, ended: 5, calls: 7, totalTokens: 9_970 });
    expect(first.read.costNanoUsd).toBe('42010000');
    expect(first.ids.map(({ executionId }) => executionId)).toEqual([
      'writer_agent_20250310_091500.750000',
      'writer_agent_20250310_091500.750000.2',
    ]);

    const { body } = await app.client.get<{ rows: Record<string, unknown>[] }>(
      '/v1/projections/execution-status?topic=legacy%20writer_agent_20250310_091500&sort=startedAt',
    );
    expect(body.rows).toHaveLength(3);
    expect(body.rows[0]).toMatchObject({
      executionId: 'writer_agent_20250310_091500',
      status: 'completed',
      agent: 'writer_agent',
      startedAt: '2025-03-10T09:15:00.250000Z',
      endedAt: '2025-03-10T09:15:00.250011Z',
      calls: 1,
      costNanoUsd: '11250000',
    });
    const unended = await app.client.get<{ row: object }>(
      '/v1/projections/execution-status/editor_agent_20250310_091505',
    );
    expect(unended.body.row).toMatchObject({ status: 'waiting', calls: 1, unpricedCalls: 1 });
  });

  it('takes the cost that a log does not say from the price book, also by a repricing', async () => {
    const price = (model: string) =>
      app.client.command('set-price', {
        model,
        effectiveFrom: '2025-05-01',
        inputUsdPerMillion: 1,
        outputUsdPerMillion: 2,
      });
    await price('in-the-book');
    const call = { timestamp: '2025-05-01T10:00:01', agent: 'costless', input_tokens: 1_000 };
    const execution = {
      execution_id: 'costless',
      agent: 'costless',
      start_time: '2025-05-01T10:00:00',
      end_time: '2025-05-01T10:00:02',
      llm_calls: [
        { ...call, model: 'in-the-book', output_tokens: 500 },
        { ...call, model: 'not-yet-in-the-book', output_tokens: 500, cost_usd: null },
        { ...call, model: 'in-the-book', output_tokens: 0, cost_usd: 0.25 },
      ],
    };
    const path = await write('costless', [execution]);
    const first = await report(path);
    expect(first).toMatchObject({ status: 0, readModels: { agree: true, differences: [] } });
    const { body } = await app.client.get<{ row: object }>(
      '/v1/projections/execution-status/costless',
    );
    expect(body.row).toMatchObject({ unpricedCalls: 1, costNanoUsd: '252000000' });

    await price('not-yet-in-the-book');
    const scope = { from: '2025-05-01', to: '2025-05-02', model: 'not-yet-in-the-book' };
    const repriced = await app.client.command('reprice-calls', { ...scope, reason: 'came late' });
    expect(repriced.body).toMatchObject({ effects: { status: 'completed', changed: 1 } });
    const again = await report(path);
    expect(again).toMatchObject({ status: 0, readModels: { agree: true, differences: [] } });
  });

  it('changes nothing when it is run again, and says so', async () => {
    await run(fixture('roi-log.json'));
    const before = await ledgerEnd();
    const again = await report(fixture('roi-log.json'));
    expect(again).toMatchObject({ status: 0, recorded: { executions: 0, ended: 0, calls: 0 } });
    expect(again.alreadyThere).toEqual(again.read);
    expect((await run(fixture('roi-log.json'))).out).toContain('Nothing changed');
    expect(await ledgerEnd()).toBe(before);
  });

  it('adds what a later version of the log has more', async () => {
    const log = logOf('growing', 7);
    const unended = { ...log[6], end_time: null, llm_calls: log[6]?.llm_calls.slice(0, 1) };
    const first = await report(await write('growing', [...log.slice(0, 6), unended]));
    expect(first.recorded).toMatchObject({ executions: 7, waiting: 1, ended: 6, calls: 13 });
    const later = await report(await write('growing', [...log, ...logOf('grown', 2)]));
    expect(later).toMatchObject({ status: 0, readModels: { agree: true } });
    expect(later.alreadyThere).toMatchObject({ executions: 7, ended: 6, calls: 13 });
    expect(later.recorded).toMatchObject({ executions: 2, ended: 3, calls: 5 });
    expect(later.recorded).not.toHaveProperty('waiting');
  });

  it('refuses to record the same twice under another time zone', async () => {
    const path = await write('zoned', logOf('zoned', 2));
    await run(path);
    const before = await ledgerEnd();
    const moved = await report(path, '--timezone', 'Asia/Tokyo');
    expect(moved).toMatchObject({ status: 1, ok: false, refused: { executions: 2, calls: 4 } });
    expect(new Set(moved.refusals.map(({ code }) => code))).toEqual(
      new Set(['idempotency-key-reused']),
    );
    expect(await ledgerEnd()).toBe(before);
  });

  it('records no call twice when it is run with another key', async () => {
    const path = await write('keyed', logOf('keyed', 4));
    await run(path);
    const before = await ledgerEnd();
    const { status, out } = await runVerb(importVerb, [path], leadingTo(app, 'operator'));
    expect(status).toBe(1);
    expect(out).toContain('4 commands refused\n  execution-already-started (4)\n');
    expect(out).toContain('Nothing was imported');
    expect(await ledgerEnd()).toBe(before);
  });

  it('imports nothing of a malformed log, or its valid entries where asked to', async () => {
    const before = await ledgerEnd();
    const refused = await run(fixture('malformed.json'));
    expect(refused.status).toBe(1);
    expect(refused.out).toContain('executions[1] bad_agent_20250310_100001\n    agent: is missing');
    expect(refused.out).toContain('Nothing was imported.');
    expect(await ledgerEnd()).toBe(before);

    const partial = await report(fixture('malformed.json'), '--keep-going');
    expect(partial).toMatchObject({ status: 1, recorded: { executions: 1, ended: 1, calls: 1 } });
    expect(partial.malformed.map(({ index }) => index)).toEqual([1, 1, 1, 2, 3]);
    expect(await ledgerEnd()).toBe(before + 3);
  });

  it('sends nothing in a dry run, and needs no server for it', async () => {
    const { status, out } = await runVerb(importVerb, [fixture('roi-log.json'), '--dry-run'], {
      FLOWLEDGER_HOME: folder,
    });
    expect(status).toBe(0);
    expect(out).toContain('Dry run: nothing was sent');
    expect(out).toMatch(/cost, exact USD +0\.04201\n/);
  });

  it('names what the read models have besides', async () => {
    const path = await write('touched', logOf('touched', 1));
    await run(path);
    const call = { agent: 'x', model: 'y', inputTokens: 1, outputTokens: 1, durationSeconds: 1 };
    const { body } = await app.client.command('record-llm-call', {
      executionId: 'touched_0',
      ...call,
    });
    // The import waits for its own position, which is before this one.
    const touched = `/v1/projections/execution-status/touched_0?minPosition=${body.position}`;
    await eventually('the call in it', async () => (await app.client.get(touched)).status === 200);
    const { status, readModels } = await report(path);
    expect(status).toBe(0 + 1);
    expect(readModels.agree).toBe(false);
    expect(readModels.differences).toContainEqual(
      expect.objectContaining({ row: 'execution-status touched_0', field: 'calls', found: '3' }),
    );
  });

  it('tells a person what it did within 80 columns', async () => {
    const { status, out, err } = await run(fixture('roi-log.json'));
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(widthOf(out.split('\n').slice(1).join('\n'))).toBeLessThanOrEqual(80);
    expect(out).toContain("The file's own totals: 6 deviations, 1 not explained by rounding");
    expect(out).toContain('Read models agree at position');
  });

  it.each([
    [['--dryrun', 'x'], 2, 'unknown flag --dryrun, did you mean --dry-run?'],
    [[], 2, '<file> is missing'],
    [['x', '--timezone', 'Mars'], 2, '--timezone: there is no time zone Mars'],
    [['/nowhere/at/all.json'], 1, 'cannot read /nowhere/at/all.json: there is no such file'],
    [['LICENSE'], 1, 'LICENSE is not JSON: '],
  ])('called with %j ends with %i', async (args, status, message) => {
    const ran = await run(...args);
    expect(ran).toMatchObject({ status, out: '' });
    expect(ran.err).toContain(message);
  });

  it('says in one line that no server runs', async () => {
    const ran = await runVerb(importVerb, [fixture('roi-log.json')], { FLOWLEDGER_HOME: folder });
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toMatch(/^no server runs on .*\n$/);
  });

  it('is completed by another run after it was killed midway, exactly once', async () => {
    const path = await write('killed', logOf('killed', 600));
    const before = await ledgerEnd();
    const script = join(__dirname, '../../dist/scripts/import.js');
    const child = spawn(process.execPath, [script, path], {
      env: { ...process.env, ...leadingTo(app) },
      stdio: 'ignore',
    });
    const gone = once(child, 'close');
    await eventually('some of it recorded', async () => (await ledgerEnd()) > before + 100);
    child.kill('SIGKILL');
    await gone;

    const rest = await report(path);
    expect(rest).toMatchObject({ status: 0, readModels: { agree: true } });
    expect(rest.alreadyThere.calls + rest.recorded.calls).toBe(1_200);
    expect(rest.alreadyThere.executions).toBeGreaterThan(0);
    expect(await ledgerEnd()).toBe(before + 2_400);
    const sql = `select count(*) as calls, sum((data -> 'cost' ->> 'nanoUsd')::bigint) as nano
      from ledger.events where type = 'LlmCallRecorded' and data ->> 'agent' = 'killed'`;
    expect(await app.database.sql(sql)).toEqual([{ calls: '1200', nano: String(600 * 350_001) }]);
  });
});
