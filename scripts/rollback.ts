import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { count, counted } from '../src/modules/cli/amounts';
import { ApiClient, Refused } from '../src/modules/cli/api-client';
import { takesOnly } from '../src/modules/cli/flags-taken';
import { PatientLook } from '../src/modules/cli/following';
import { interruptibleTerminal } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { table } from '../src/modules/cli/table';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, Failure, exit, perform } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { RollbackClient } from '../src/modules/rollback-client/rollback-client';
import type {
  RollbackPlan,
  RollbackProgress,
  WhatIf,
} from '../src/modules/rollback/rollback.schemas';

const help = `Takes a live deployment back to the one before, in nine steps, each with a check of health,
a budget of time, and evidence. The server does the work: it goes on if this is closed, and
after a crash.

  npm run rollback -- DEPLOYMENT                 to the one that it took the place of
  npm run rollback -- DEPLOYMENT --rehearse      rehearse it: nothing that is live is touched
  npm run rollback -- follow ID                  one that is under way
  npm run rollback -- retry ID                   one that failed, at the step where it did
  npm run rollback -- abort ID --reason TEXT     before it has switched: it stays live

  --to DEPLOYMENT    to this one, which was live before
  --mode MODE        code (the default): the deployment and its read models
                     data: besides, what was recorded under it counts no more
                     (nothing is deleted; reinstate-deployment lets it count again)
  --reason TEXT      why; kept in the ledger; needed by abort
  --dry-run          say what each step would do, and what is in the way
  --rehearse         take the steps beside what is live: read models are built as they would be,
                     compared and proven; also of a deployment that is not live yet
  --yes              do not ask
  --park-unreadable  of retry: let the code before park what it cannot read
  --report FILE      write the report there, as Markdown
  --json             the result as JSON
  --help             this text

The server is found by FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the one on
FLOWLEDGER_HOME. Exit status: 0 done, 1 failed (or left, or aborted), 2 bad use or refused.
`;

const options = {
  to: { type: 'string' },
  mode: { type: 'string', default: 'code' },
  reason: { type: 'string' },
  'dry-run': { type: 'boolean' },
  rehearse: { type: 'boolean' },
  yes: { type: 'boolean' },
  'park-unreadable': { type: 'boolean' },
  report: { type: 'string' },
} as const;

type Values = Asked<typeof options>['values'];

const lookMilliseconds = 100;
/** For a minute: a server that is started anew goes on with the rollback. */
const looksInVain = 600;
/** How long nothing is said of what a step waits for. */
const patienceMilliseconds = 2_000;
const refused: ExitStatus = 2;

const stepLine = ({ number, step, state, seconds, budgetSeconds, evidence }: Step): string => {
  const time = seconds === null ? '' : `${seconds.toFixed(2)} s of ${String(budgetSeconds)} s`;
  const mark = { taken: 'ok', failed: 'FAILED', due: '' }[state];
  return `${String(number)}/9  ${step.padEnd(20)} ${mark.padEnd(7)} ${time.padEnd(16)} ${evidence ?? ''}\n`;
};

type Step = RollbackProgress['steps'][number];

type Tones = Pick<ReturnType<typeof paletteFor>, 'strong' | 'good' | 'bad'>;

/** How sums would change, in one line. */
const totalsText = (totals: WhatIf['totals']): string =>
  totals.map(({ column, before, after }) => `${column} ${before} to ${after}`).join(', ');

const whatIfText = ({ projection, how, rows, changed, totals }: WhatIf): string => {
  const sums = totals.length === 0 ? '' : `; ${totalsText(totals)}`;
  return `  ${projection} (${how}): rows ${count(rows.before)} to ${count(rows.after)}, ${count(changed)} changed${sums}\n`;
};

const rehearsalText = (rollback: RollbackProgress, { strong, good, bad }: Tones): string => {
  const { rollbackId, deploymentId, to, state, failure, seconds, whatIf } = rollback;
  if (failure !== null) {
    const lines = failure.doesNotHold.map((text) => `  does not hold: ${text}\n`);
    const head = strong(bad(`rehearsal ${rollbackId} failed at ${failure.step}`));
    return [`${head}: ${failure.cause}\n`, ...lines].join('');
  }
  if (state !== 'completed') return `rehearsal ${rollbackId} is ${state}\n`;
  const head = strong(good(`the rollback of ${deploymentId} to ${to} is rehearsed`));
  return [
    `${head} in ${seconds.toFixed(2)} s, as ${rollbackId}; nothing that is live was touched\n`,
    ...(whatIf ?? []).map(whatIfText),
  ].join('');
};

const summaryText = (rollback: RollbackProgress, { strong, good, bad }: Palette): string => {
  const { rollbackId, deploymentId, to, state, failure, seconds, rehearsal } = rollback;
  if (rehearsal) return rehearsalText(rollback, { strong, good, bad });
  if (state === 'completed') {
    return `${strong(good(`${deploymentId} is rolled back to ${to}`))} in ${seconds.toFixed(2)} s, as ${rollbackId}\n`;
  }
  if (failure === null) return `rollback ${rollbackId} is ${state}\n`;
  const lines = failure.doesNotHold.map((text) => `  does not hold: ${text}\n`);
  const held = failure.holds.map((text) => `  holds: ${text}\n`);
  return [
    `${strong(bad(`rollback ${rollbackId} failed at ${failure.step}`))}: ${failure.cause}\n`,
    ...lines,
    ...held,
    `go on with it: npm run rollback -- retry ${rollbackId}\n`,
  ].join('');
};

type Palette = ReturnType<typeof paletteFor>;

const listed = (counts: Readonly<Record<string, number>>): string => {
  const texts = Object.entries(counts).map(([name, n]) => `${count(n)} ${name}`);
  return texts.length === 0 ? 'none' : texts.join(', ');
};

/** What becomes of a read model: of its rows, or of its sums. */
const fateText = ({ rowsGone, rowsChanged, eventsNotCounted, totals }: VoidModel): string => {
  if (eventsNotCounted === undefined) {
    return `${counted(rowsGone ?? 0, 'row')} gone, ${count(rowsChanged ?? 0)} changed`;
  }
  // Many an event is of a type that it sums up, and adds nothing to it.
  if (totals?.length === 0) return 'its sums stay as they are';
  return `${counted(eventsNotCounted, 'event')} no longer counted`;
};

type VoidModel = NonNullable<RollbackPlan['voids']>['projections'][number];

/** What counts no more, and what becomes of the rows of read models. */
const voidsText = ({ events, streams, projections }: NonNullable<RollbackPlan['voids']>): string =>
  [
    `events that count no more: ${listed(events)}\n`,
    `void as a whole: ${listed(streams)}\n`,
    ...projections.map((model) => {
      const { projection, totals } = model;
      const changes = totals === null || totals.length === 0 ? '' : `; ${totalsText(totals)}`;
      return `  ${projection}: ${fateText(model)}${changes}\n`;
    }),
    ...(projections.some(({ totals }) => totals === null)
      ? ['too much was recorded to say what sums would be: a rehearsal tells (--rehearse)\n']
      : []),
  ].join('');

const planText = (plan: RollbackPlan, { faint, strong }: Palette): string => {
  const events = Object.entries(plan.events).map(([type, n]) => `${count(n)} ${type}`);
  const rows = plan.readModels.map(({ projection, from, to, how }) => [
    ...[projection, how, from ?? '-', to ?? '-'],
  ]);
  const columns = [
    { title: 'read model', shrinks: true },
    { title: 'how' },
    { title: 'live now' },
    { title: 'live then' },
  ] as const;
  return [
    `${strong(`${plan.deploymentId} back to ${plan.to}`)}, mode ${plan.mode}, about ${String(plan.estimatedSeconds)} s\n`,
    ...plan.steps.map(
      ({ number, step, purpose, budgetSeconds }) =>
        `${String(number)}/9  ${step.padEnd(20)} ${`${String(budgetSeconds)} s`.padStart(5)}  ${purpose}\n`,
    ),
    `\nrecorded under it, and not deleted: ${events.length === 0 ? 'nothing' : events.join(', ')}\n`,
    ...(plan.voids === null ? [] : [voidsText(plan.voids)]),
    '\n',
    table(columns, rows, { heading: faint }),
    plan.blockers.length === 0
      ? '\nnothing is in the way\n'
      : `\n${counted(plan.blockers.length, 'thing')} in the way:\n${plan.blockers.map((text) => `  ${text}\n`).join('')}`,
  ].join('');
};

/** @throws Failure, with how to have it written elsewhere: the rollback itself is as it was told. */
const writeReport = async (file: string, text: string, rollbackId: string): Promise<void> => {
  await writeFile(file, text).catch((error: unknown) => {
    const why = `cannot write ${file}: ${(error as Error).message}`;
    const again = `it is kept: npm run rollback -- follow ${rollbackId} --report FILE`;
    throw new Failure(`${why}; ${again}`, { cause: error });
  });
};

/** Tells each step as it is taken, until the rollback waits or is over. */
const follow = async (
  rollbacks: RollbackClient,
  rollbackId: string,
  { json = false, report }: Values,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const { interrupted = new AbortController().signal, err, out, env } = terminal;
  let told = 0;
  let [waiting, toldAt]: [string | null, number] = [null, performance.now()];
  let seen = await rollbacks.progress(rollbackId);
  const patient = new PatientLook(() => rollbacks.progress(rollbackId), looksInVain);
  for (;;) {
    for (const step of seen.steps.slice(told)) {
      if (step.state === 'due') break;
      err.write(stepLine(step));
      told += step.state === 'taken' ? 1 : 0;
      toldAt = performance.now();
    }
    const isDue = performance.now() - toldAt > patienceMilliseconds;
    if (isDue && seen.waiting !== null && seen.waiting !== waiting) {
      err.write(`     ${seen.waiting}\n`);
      [waiting, toldAt] = [seen.waiting, performance.now()];
    }
    if (seen.state !== 'running' || interrupted.aborted) break;
    await delay(lookMilliseconds, undefined, { signal: interrupted }).catch(() => undefined);
    seen = (await patient.look()) ?? seen;
  }
  out.write(json ? `${JSON.stringify(seen)}\n` : summaryText(seen, paletteFor(out, env)));
  if (report !== undefined)
    await writeReport(report, await rollbacks.report(rollbackId), rollbackId);
  if (interrupted.aborted && seen.state === 'running') {
    err.write(`it goes on; see it: npm run rollback -- follow ${rollbackId}\n`);
  }
  return seen.state === 'completed' ? exit.done : exit.failed;
};

const confirmed = async (
  deploymentId: string,
  { yes = false }: Values,
  { ask, err }: Terminal,
): Promise<boolean> => {
  if (yes) return true;
  if (ask === undefined) throw new BadUse('--yes is needed where nobody can be asked');
  const answer = await ask(`Type the deployment's name to roll it back (${deploymentId}): `);
  if (answer.trim() === deploymentId) return true;
  err.write('not confirmed: nothing is done\n');
  return false;
};

/** The reason that stands in the ledger where an operator in haste gave none. */
const unsaid = 'asked for on the command line, without a reason';

const modeOf = (text: string): 'code' | 'data' => {
  if (text === 'code' || text === 'data') return text;
  throw new BadUse(`--mode: code or data, not ${text}`);
};

const begin = async (
  rollbacks: RollbackClient,
  deploymentId: string,
  values: Values,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const { to, mode, reason, json = false } = values;
  const request = { deploymentId, mode: modeOf(mode), ...(to === undefined ? {} : { to }) };
  if (values.rehearse === true && values['dry-run'] !== true) {
    const rehearsal = { ...request, reason: reason ?? 'a rehearsal', rehearsal: true };
    return follow(rollbacks, await rollbacks.start(rehearsal), values, terminal);
  }
  const plan = await rollbacks.plan({ ...request, reason: reason ?? 'a dry run' });
  const text = planText(plan, paletteFor(terminal.out, terminal.env));
  if (values['dry-run'] === true) {
    terminal.out.write(json ? `${JSON.stringify(plan)}\n` : text);
    return plan.blockers.length === 0 ? exit.done : refused;
  }
  terminal.err.write(text);
  if (!(await confirmed(deploymentId, values, terminal))) return exit.failed;
  const rollbackId = await rollbacks.start({ ...request, reason: reason ?? unsaid });
  return follow(rollbacks, rollbackId, values, terminal);
};

/** Flags of acts. To those that ask nothing, --yes says nothing new. */
const flagsOfActs: Readonly<Record<string, readonly string[]>> = {
  follow: ['report', 'yes'],
  retry: ['park-unreadable', 'report', 'yes'],
  abort: ['reason', 'report', 'yes'],
};

const run = async (
  { values, positionals }: Asked<typeof options>,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const [first = '', subject, ...more] = positionals;
  const flags = Object.hasOwn(flagsOfActs, first) ? flagsOfActs[first] : undefined;
  const isAct = flags !== undefined;
  if (isAct !== (subject !== undefined) || more.length > 0) {
    throw new BadUse(isAct ? `${first} is of the id of a rollback` : 'name one deployment');
  }
  if (isAct) takesOnly(first, flags, values, options);
  const rollbacks = new RollbackClient(new ApiClient(await findServer(terminal.env, 'operator')));
  try {
    if (!isAct) return await begin(rollbacks, first, values, terminal);
    const { reason } = values;
    const rollbackId = subject ?? '';
    if (first === 'abort') {
      if (reason === undefined) throw new BadUse('--reason is missing');
      await rollbacks.abort(rollbackId, reason);
    }
    if (first === 'retry') await rollbacks.retry(rollbackId, values['park-unreadable'] === true);
    return await follow(rollbacks, rollbackId, values, terminal);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    terminal.err.write(`${error.message}\n`);
    return refused;
  }
};

export const rollbackVerb = {
  usage:
    'npm run rollback -- <deployment> [--to DEPLOYMENT] [--mode code | data] [--reason TEXT] [--dry-run | --rehearse] [--yes] [--report FILE]',
  help,
  options,
  positionals: { atLeast: 1, atMost: 2 },
  run,
};

if (require.main === module) {
  void perform(rollbackVerb, process.argv.slice(2), interruptibleTerminal(process.env)).then(
    (status) => {
      process.exitCode = status;
    },
  );
}
