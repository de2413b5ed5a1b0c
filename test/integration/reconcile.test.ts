import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reconcileVerb } from '../../scripts/reconcile';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { leadingTo, runVerb, widthOf } from './run-verb';

interface Report {
  readonly reconciled: boolean;
  readonly position: string;
  readonly days: { readonly first: string; readonly last: string };
  readonly faults: readonly { readonly line: number; readonly column: string | null }[];
  readonly matches: readonly { readonly rule: string }[];
  readonly differences: readonly {
    readonly day: string;
    readonly kind: string;
    readonly fileModels: readonly string[];
    readonly ledgerModels: readonly string[];
    readonly unpricedCalls: string;
    readonly deviations: readonly { readonly measure: string; readonly percent: string }[];
  }[];
}

/** Day, model, input tokens, output tokens, dollars; each twice. */
const calls = [
  ['2026-01-05', 'gpt-4o', 1_000, 500, 0.0075],
  ['2026-01-05', 'openai/gpt-4o-mini', 2_000, 100, 0.00036],
  ['2026-01-06', 'gpt-4o', 3_000, 700, 0.0145],
  ['2026-01-06', 'claude-sonnet-4-20250514', 4_000, 800, 0.024],
  ['2026-01-07', 'gpt-4o', 10, 5, undefined],
] as const;

const header = 'Date,Model,Requests,Input Tokens,Output Tokens,Cost (USD)';

/** What the provider billed for the calls above; dated variants are its own. */
const billed = [
  '2026-01-05,gpt-4o,2,2000,1000,0.015',
  '2026-01-05,gpt-4o-mini-2024-07-18,2,4000,200,0.00072',
  '2026-01-06,gpt-4o,2,6000,1400,0.029',
  '2026-01-06,claude-sonnet-4-20250514,2,8000,1600,0.048',
  '2026-01-07,gpt-4o,2,20,10,0',
];

describe('reconciling a usage export', () => {
  let app: TestApp;
  let folder: string;

  beforeAll(async () => {
    app = await startApp();
    folder = await mkdtemp(join(tmpdir(), 'flowledger-reconcile-'));
    const start = { executionId: 'billed', occurredAt: '2026-01-05T00:00:00Z' };
    await app.client.command('start-execution', start);
    for (const [day, model, inputTokens, outputTokens, costUsd] of [...calls, ...calls]) {
      const call = { executionId: 'billed', agent: 'writer', model, inputTokens, outputTokens };
      const occurredAt = `${day}T23:59:59Z`;
      const { status } = await app.client.command('record-llm-call', {
        ...call,
        costUsd,
        occurredAt,
        durationSeconds: 1,
      });
      expect(status).toBe(200);
    }
  });
  afterAll(async () => {
    await app.stop();
    await rm(folder, { recursive: true });
  });

  let files = 0;
  const write = async (...lines: readonly string[]): Promise<string> => {
    files += 1;
    const path = join(folder, `${files}.csv`);
    await writeFile(path, lines.join('\n'));
    return path;
  };

  const run = (...args: readonly string[]) =>
    runVerb(reconcileVerb, args, leadingTo(app, 'analyst'));

  const report = async (...args: readonly string[]): Promise<Report & { status: number }> => {
    const { status, out, err } = await run(...args, '--json');
    expect(err).toBe('');
    return { ...(JSON.parse(out) as Report), status };
  };

  const ledgerEnd = async (): Promise<unknown> =>
    (await app.database.sql('select position from ledger.head'))[0];

  test('an export that agrees is reconciled, by day and model', async () => {
    const found = await report(await write(header, ...billed));
    expect(found).toMatchObject({ status: 0, reconciled: true, differences: [], faults: [] });
    expect(found.days).toEqual({ first: '2026-01-05', last: '2026-01-07' });
    expect(await ledgerEnd()).toEqual({ position: found.position });
    expect(found.matches.map(({ rule }) => rule)).toEqual([
      'exact',
      'same-name',
      'exact',
      'exact',
      'exact',
    ]);
  });

  test('every difference beyond the tolerance is named, on either side', async () => {
    const path = await write(
      header,
      '2026-01-05,gpt-4o,2,2000,1000,0.01515', // 0.99 % less in the ledger
      '2026-01-05,gpt-4o-mini-2024-07-18,3,4000,200,0.00072',
      '2026-01-06,gpt-4o,2,6000,1400,0.0294', // 1.36 % less
      '2026-01-06,o3,1,10,10,0.001',
      '2026-01-07,gpt-4o,2,20,10,0.0002',
    );
    const { status, reconciled, differences } = await report(path);
    expect({ status, reconciled }).toEqual({ status: 1, reconciled: false });
    const told = differences.map(({ day, kind, fileModels, ledgerModels, deviations }) => [
      day,
      kind,
      [...fileModels, ...ledgerModels].join(),
      deviations.map(({ measure, percent }) => `${measure} ${percent}`).join(),
    ]);
    expect(told).toEqual([
      ['2026-01-05', 'figures', 'gpt-4o-mini-2024-07-18,openai/gpt-4o-mini', 'calls -33.33 %'],
      ['2026-01-06', 'only-in-ledger', 'claude-sonnet-4-20250514', ''],
      ['2026-01-06', 'figures', 'gpt-4o,gpt-4o', 'costNanoUsd -1.36 %'],
      ['2026-01-06', 'only-in-file', 'o3', ''],
      ['2026-01-07', 'figures', 'gpt-4o,gpt-4o', 'costNanoUsd -100.00 %'],
    ]);
    expect(differences.at(-1)!.unpricedCalls).toBe('2');

    expect((await report(path, '--tolerance', '50')).differences).toHaveLength(3);
    expect((await report(path, '--tolerance', '0.5')).differences).toHaveLength(6);
  });

  test('the models of one provider are compared by themselves where that is asked for', async () => {
    const path = await write(header, ...billed.filter((line) => line.includes('gpt')));
    expect((await report(path)).differences).toHaveLength(1);
    expect(await report(path, '--model', 'gpt-*')).toMatchObject({ status: 0, reconciled: true });
    expect(await run(path, '--model', 'gemini*')).toMatchObject({ status: 1, out: '' });
  });

  test('an export without costs is compared where that is asked for', async () => {
    const path = await write('day;model;tokens', '2026-01-05;gpt-4o;3000');
    expect((await report(path)).faults).toHaveLength(1);
    const found = await report(path, '--only', 'tokens', '--model', 'gpt-4o');
    expect(found).toMatchObject({ status: 0, reconciled: true });
  });

  test('a file with a broken row is named by line and column, and nothing is reconciled or recorded', async () => {
    const before = await ledgerEnd();
    const path = await write(header, ...billed, '2026-01-08,gpt-4o,1,"1,000",1,$0.01');
    const { status, reconciled, faults, matches } = await report(path);
    expect({ status, reconciled, matches }).toEqual({
      status: 1,
      reconciled: false,
      matches: undefined,
    });
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [7, 'Input Tokens'],
      [7, 'Cost (USD)'],
    ]);
    const { out } = await run(path);
    expect(out).toMatch(/line 7, column Cost \(USD\): holds a currency sign or a unit/);
    expect(out).toMatch(/Nothing was compared/);
    expect(out).not.toMatch(/Reconciled/);
    expect(await ledgerEnd()).toEqual(before);
  });

  test('a person is told within 80 columns', async () => {
    const path = await write(header, ...billed.slice(1), '2026-01-05,o3,1,1,1,1');
    const { status, out, err } = await run(path);
    expect({ status, err }).toEqual({ status: 1, err: '' });
    expect(widthOf(out.split('\n').slice(1).join('\n'))).toBeLessThanOrEqual(80);
    expect(out).toContain('2 differences beyond 1 %\n  2026-01-05 gpt-4o is only in the ledger\n');
    expect(out).toContain('gpt-4o-mini-2024-07-18 is openai/gpt-4o-mini');
  });

  test.each([
    [[], 2, '<csv> is missing'],
    [['x', 'y'], 2, 'y is one too many'],
    [['x', '--tolerance', '1%'], 2, '--tolerance: per cent from 0 to 100'],
    [['x', '--only', 'calls'], 2, '--only: tokens or cost, not calls'],
    [['x', '--models', 'm'], 2, 'unknown flag --models, did you mean --model?'],
    [['/nowhere/usage.csv'], 1, 'cannot read /nowhere/usage.csv: there is no such file'],
    [['/'], 1, 'cannot read /: '],
  ])('called with %j it ends with %i', async (args, status, message) => {
    const ran = await run(...args);
    expect(ran).toMatchObject({ status, out: '' });
    expect(ran.err).toContain(message);
  });

  test.each([
    ['an empty file', '', /line 1: the file is empty/],
    ['a header alone', header, /line 1: the file has a header and no rows/],
    ['missing columns', 'date,model\n2026-01-05,x', /there is no column of the cost/],
  ])('%s is refused in words that help', async (_what, text, message) => {
    const { status, out } = await run(await write(text));
    expect(status).toBe(1);
    expect(out).toMatch(message);
  });

  test('what is no text is refused', async () => {
    const path = join(folder, 'sheet.xlsx');
    await writeFile(path, Buffer.from([0x50, 0x4b, 3, 4, 0, 0xff]));
    const { status, err } = await run(path);
    expect({ status, err }).toEqual({
      status: 1,
      err: expect.stringMatching(/is not UTF-8 text: export it as CSV/),
    });
  });
});
