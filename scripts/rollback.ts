import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiClient, Refused } from '../src/modules/cli/api-client';
import { takesOnly } from '../src/modules/cli/flags-taken';
import { PatientLook } from '../src/modules/cli/following';
import { interruptibleTerminal, performHere } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, Failure, beforeItBegins, exit, unlessLeft } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { RollbackClient } from '../src/modules/rollback-client/rollback-client';
import { planText, stepLine, summaryText } from '../src/modules/rollback-client/report';

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
  --report FILE      write the report there, as Markdown; not of a dry run
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
/** How long nothing is said of what a step waits for. */
const patienceMilliseconds = 2_000;
const refused: ExitStatus = 2;

/** @throws Failure, with how to have it written later or elsewhere: the rollback itself is as it was told. */
const writeReport = async (
  file: string,
  report: Promise<string>,
  rollbackId: string,
): Promise<void> => {
  await report
    .then((text) => writeFile(file, text))
    .catch((error: unknown) => {
      const why = `cannot write ${file}: ${(error as Error).message}`;
      const again = `it is kept: npm run rollback -- follow ${rollbackId} --report FILE`;
      throw new Failure(`${why}; ${again}`, { cause: error });
    });
};

/** @throws Failure: no more is seen of a rollback that goes on, so that this is no refusal of it. */
const lostFromSight =
  (rollbackId: string) =>
  (error: unknown): never => {
    const again = `it may go on: npm run rollback -- follow ${rollbackId}`;
    throw new Failure(`${(error as Error).message}; ${again}`, { cause: error });
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
  const patient = new PatientLook((signal) => rollbacks.progress(rollbackId, signal));
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
    seen = (await patient.look().catch(lostFromSight(rollbackId))) ?? seen;
  }
  out.write(json ? `${JSON.stringify(seen)}\n` : summaryText(seen, paletteFor(out, env)));
  if (report !== undefined) await writeReport(report, rollbacks.report(rollbackId), rollbackId);
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
  const answer = await ask?.(`Type the deployment's name to roll it back (${deploymentId}): `);
  if (answer?.trim() === deploymentId) return true;
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
    unlessLeft(terminal);
    const rehearsal = { ...request, reason: reason ?? 'a rehearsal', rehearsal: true };
    return follow(rollbacks, await rollbacks.start(rehearsal), values, terminal);
  }
  const look = { ...request, reason: reason ?? 'a dry run' };
  const plan = await beforeItBegins(() => rollbacks.plan(look), terminal);
  const text = planText(plan, paletteFor(terminal.out, terminal.env));
  if (values['dry-run'] === true) {
    terminal.out.write(json ? `${JSON.stringify(plan)}\n` : text);
    return plan.blockers.length === 0 ? exit.done : refused;
  }
  terminal.err.write(text);
  if (!(await confirmed(deploymentId, values, terminal))) return exit.failed;
  unlessLeft(terminal);
  const rollbackId = await rollbacks.start({ ...request, reason: reason ?? unsaid });
  return follow(rollbacks, rollbackId, values, terminal);
};

/** Whether it begins only once whoever sits there has confirmed it. */
const mustConfirm = ({ yes, rehearse, 'dry-run': isDry }: Values): boolean =>
  yes !== true && rehearse !== true && isDry !== true;

const flagsOfBeginning = ['to', 'mode', 'reason', 'dry-run', 'rehearse', 'yes', 'report'];

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
  const [first = '', subject] = positionals;
  const flags = Object.hasOwn(flagsOfActs, first) ? flagsOfActs[first] : undefined;
  const isAct = flags !== undefined;
  if (isAct !== (subject !== undefined)) {
    throw new BadUse(isAct ? `${first} is of the id of a rollback` : 'name one deployment');
  }
  takesOnly(isAct ? first : 'a rollback that begins', flags ?? flagsOfBeginning, values, options);
  if (first === 'abort' && values.reason === undefined) throw new BadUse('--reason is missing');
  if (values['dry-run'] === true && values.report !== undefined) {
    throw new BadUse(
      '--report is of a rollback that is carried out: a dry run only shows its plan',
    );
  }
  modeOf(values.mode);
  if (!isAct && mustConfirm(values) && terminal.ask === undefined) {
    throw new BadUse('--yes is needed where nobody can be asked');
  }
  const rollbacks = new RollbackClient(new ApiClient(await findServer(terminal.env, 'operator')));
  try {
    if (!isAct) return await begin(rollbacks, first, values, terminal);
    const { reason = '' } = values;
    const rollbackId = subject ?? '';
    if (first === 'abort') await rollbacks.abort(rollbackId, reason);
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

if (require.main === module) void performHere(rollbackVerb, interruptibleTerminal(process.env));
