import { rebuildVerb } from '../../scripts/rebuild';
import { perform } from '../../src/modules/cli/verb';
import type { Terminal } from '../../src/modules/cli/terminal';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { expectExact } from '../harness/read-models';
import { generationsOf } from '../harness/rebuilds';
import { work } from '../harness/work';
import { leadingTo, runVerb } from './run-verb';

describe('npm run rebuild', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await startApp();
    await work(app.client, { executions: 10, calls: 9 });
    await expectExact(app.database);
  });
  afterEach(() => app.stop());

  const run = (...args: readonly string[]) =>
    runVerb(rebuildVerb, args, leadingTo(app, 'operator'));

  const idIn = (err: string): string => /^rebuild (\S+)$/m.exec(err)?.[1] ?? '';

  /** The same, left with Ctrl-C once it has started; an answer is of somebody at a terminal. */
  const left = async (args: readonly string[], answer?: string) => {
    const said = { out: '', err: '' };
    const interrupted = new AbortController();
    const terminal: Terminal = {
      env: leadingTo(app, 'operator'),
      out: { write: (text) => (said.out += text) },
      err: {
        write: (text) => {
          said.err += text;
          if (text.startsWith('rebuild ')) interrupted.abort();
        },
      },
      interrupted: interrupted.signal,
      ...(answer === undefined ? {} : { ask: () => Promise.resolve(answer) }),
    };
    const status = await perform(rebuildVerb, args, terminal);
    return { status, rebuildId: idIn(said.err), ...said };
  };

  it('says what it would take, and does nothing', async () => {
    const { status, out } = await run('roi-totals', '--plan');
    expect(status).toBe(0);
    expect(out).toMatch(/^roi-totals v\d+\n {2}reads +1\d\d events, positions 1 to 1\d\d\n/);
    expect(out).toMatch(/locks read\.roi_totals for \d+ ms at most/);
    expect(await generationsOf(app.database, 'roi-totals')).toHaveLength(1);
  });

  it('follows all of them to their end, and tells what differed', async () => {
    const { status, out } = await run('--all');
    expect({ status, out }).toEqual({
      status: 0,
      out: expect.stringMatching(/roi-totals +roi_totals_v\d+_2 +\d+ +none\n/),
    });
    expect(out).toMatch(
      /execution-status holds at \d+: 100 events accounted for, all 10 rows folded again\n/,
    );
    expect(out).toMatch(/rebuild \S+ is completed\n$/);
    await expectExact(app.database);
  });

  it('stops at differences, shows each, and says how to accept them', async () => {
    await app.database.sql(`update read.execution_status set topic = 'by hand'`);
    const { status, out, err } = await run('execution-status');
    const rebuildId = idIn(err);
    expect(status).toBe(1);
    expect(out).toContain('0 added, 0 missing, 10 changed');
    expect(out).toContain(`cut-over ${rebuildId} --accept execution-status --reason "..."`);
    const diff = await run('diff', rebuildId);
    const rows = diff.out.split('\n').filter((line) => line !== '');
    expect(rows.map((line) => JSON.parse(line) as object)).toHaveLength(10);
    expect(JSON.parse(rows[0] ?? '')).toMatchObject({
      projection: 'execution-status',
      table: 'execution_status',
      kind: 'changed',
      key: { executionId: 'run-0' },
      fields: [{ column: 'topic', before: 'by hand', after: 'Überschrift' }],
    });
    const refused = await run('cut-over', rebuildId);
    expect(refused).toMatchObject({ status: 1, err: expect.stringContaining('accept it by name') });
    const accepted = await run(
      ...['cut-over', rebuildId, '--accept', 'execution-status', '--reason', 'a slip of a hand'],
    );
    expect(accepted.status).toBe(0);
    await expectExact(app.database);
  });

  it('takes a projection back to the one before', async () => {
    await run('roi-totals');
    expect(await run('revert', 'roi-totals', '--reason', 'to see')).toMatchObject({
      status: 0,
      out: expect.stringMatching(/^roi-totals: roi_totals_v\d+_1, no longer roi_totals_v\d+_2\n$/),
    });
  });

  it('begins nothing behind a Ctrl-C', async () => {
    const left = { interrupted: AbortSignal.abort() };
    const env = leadingTo(app, 'operator');
    expect(await runVerb(rebuildVerb, ['roi-totals'], env, left)).toEqual({
      status: 1,
      out: '',
      err: 'stopped before it began\n',
    });
  });

  it('pauses what is left where nobody can be asked, and goes on with it', async () => {
    const { status, rebuildId, err } = await left(['roi-totals', '--rate', '20']);
    expect({ status, err }).toEqual({
      status: 1,
      err: expect.stringContaining(`resume ${rebuildId}`),
    });
    const paused = await run('pause', rebuildId, '--json');
    expect(JSON.parse(paused.out)).toMatchObject({ rebuildId, state: 'paused' });
    const resumed = await run('resume', rebuildId);
    expect(resumed).toMatchObject({ status: 0, out: expect.stringContaining('is completed') });
  });

  it('cancels what is left where that is the answer', async () => {
    const { status, out } = await left(['roi-totals', '--rate', '1'], 'c');
    expect({ status, out }).toEqual({ status: 1, out: expect.stringContaining('is cancelled') });
  });

  it.each([
    [[], 'name projections, or --all of them'],
    [['roi-totals', '--all'], 'name projections, or --all of them'],
    [['roi-totals', '--cutover', 'soon'], '--cutover: auto or manual, not soon'],
    [['cut-over'], 'cut-over is of one: the id of a rebuild'],
    [['revert', 'roi-totals'], '--reason is missing'],
    [['roi-totals', '--rate', 'fast'], '--rate: events in a second, not fast'],
  ])('%j is bad use', async (args, message) => {
    const { status, err } = await run(...args);
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(message) });
  });

  it('guesses which projection was meant where one is not there, which is bad use', async () => {
    const { status, err } = await run('roi-totale');
    expect({ status, err }).toEqual({
      status: 2,
      err: expect.stringContaining('roi-totale: unknown projection, did you mean roi-totals?'),
    });
  });
});
