import { ApiClient } from '../src/modules/cli/api-client';
import { takesOnly } from '../src/modules/cli/flags-taken';
import { followUnlessLeft, leave } from '../src/modules/cli/leaving';
import { interruptibleTerminal, performHere } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { paletteFor, writeAll } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, Failure, beforeItBegins, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { rateOf, scopeHelp, scopeOf, scopeOptions } from '../src/modules/event-export/scope-flags';
import { RebuildClient } from '../src/modules/rebuild-client/rebuild-client';
import type { RebuildRequest } from '../src/modules/rebuild-client/rebuild-client';
import { planText, rebuildText } from '../src/modules/rebuild-client/report';

const help = `Builds read models anew from the ledger, beside the live ones, compares the two row by
row, and takes the new ones live. Nobody who reads notices. The server does the work: it
goes on if this is closed, and after a crash.

  npm run rebuild -- roi-totals execution-status     these; --all for all of them
  npm run rebuild -- cut-over ID                     take one live that waits
  npm run rebuild -- diff ID                         every row that differs, as JSON lines
  npm run rebuild -- follow|pause|resume|cancel ID
  npm run rebuild -- revert PROJECTION --reason TEXT show the one before again

  --plan             say what it would take, and do nothing
  --dry-run          build, compare and drop
  --cutover HOW      auto (the default), or manual: wait for cut-over
  --rate N           events in a second at most
  --from-archive     read what is archived from its files, in place of the table
  --accept NAMES     of cut-over: projections whose differences are wanted; a comma list
  --reason TEXT      why; needed by --accept and revert
${scopeHelp}                     of a part of the ledger: a what-if, which is never taken live
  --json             the result as JSON
  --help             this text

Ctrl-C asks on a terminal whether to pause or to cancel it, and pauses it elsewhere. The
server is found by FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the one on
FLOWLEDGER_HOME. Exit status: 0 done, 1 not (it failed, waits, or was left), 2 bad use.
`;

const options = {
  ...scopeOptions,
  all: { type: 'boolean' },
  plan: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  cutover: { type: 'string', default: 'auto' },
  rate: { type: 'string' },
  'from-archive': { type: 'boolean' },
  accept: { type: 'string', multiple: true, default: [] as string[] },
  reason: { type: 'string' },
} as const;

type Values = Asked<typeof options>['values'];

const words = { verb: 'folding', unit: 'positions', still: 'it does not move for now' };

const waysBack = (rebuildId: string) => ({
  resume: `rebuild -- resume ${rebuildId}`,
  follow: `rebuild -- follow ${rebuildId}`,
});

const follow = async (
  rebuilds: RebuildClient,
  rebuildId: string,
  json: boolean,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const { out, env } = terminal;
  const result = await followUnlessLeft(
    (signal) => rebuilds.progress(rebuildId, signal),
    words,
    () => leave((act) => rebuilds.steer(act, rebuildId), waysBack(rebuildId), terminal),
    terminal,
  );
  out.write(json ? `${JSON.stringify(result)}\n` : rebuildText(result, paletteFor(out, env)));
  return result.state === 'completed' ? exit.done : exit.failed;
};

const cutoverOf = (text: string): 'auto' | 'manual' => {
  if (text === 'auto' || text === 'manual') return text;
  throw new BadUse(`--cutover: auto or manual, not ${text}`);
};

const requestOf = (projections: readonly string[], values: Values): RebuildRequest => ({
  projections,
  cutover: cutoverOf(values.cutover),
  dryRun: values['dry-run'] === true,
  scope: scopeOf(values),
  maxEventsPerSecond: rateOf(values.rate),
  fromArchive: values['from-archive'] === true,
});

type Act = (
  rebuilds: RebuildClient,
  subject: string,
  values: Values,
  terminal: Terminal,
) => Promise<ExitStatus>;

const steered =
  (name: 'pause' | 'resume' | 'cancel'): Act =>
  async (rebuilds, rebuildId, { json = false }, terminal) => {
    await rebuilds.steer(name, rebuildId);
    if (name === 'resume') return follow(rebuilds, rebuildId, json, terminal);
    terminal.err.write(`rebuild ${rebuildId}: ${name === 'pause' ? 'paused' : 'cancelled'}\n`);
    if (json) terminal.out.write(`${JSON.stringify(await rebuilds.progress(rebuildId))}\n`);
    return exit.done;
  };

/** What can be done with a rebuild that there is, or with its outcome. */
const acts: Readonly<Record<string, Act>> = {
  'cut-over': async (rebuilds, rebuildId, { accept, reason, json = false }, terminal) => {
    const names = accept.flatMap((text) => text.split(','));
    await rebuilds.cutOver(rebuildId, names, reason);
    return follow(rebuilds, rebuildId, json, terminal);
  },
  diff: async (rebuilds, rebuildId, _values, { out, interrupted }) => {
    try {
      for await (const line of rebuilds.differences(rebuildId, interrupted)) {
        await writeAll(out, `${line}\n`);
      }
    } catch (error) {
      throw interrupted?.aborted === true ? new Failure('stopped', { cause: error }) : error;
    }
    return exit.done;
  },
  follow: (rebuilds, rebuildId, { json = false }, terminal) =>
    follow(rebuilds, rebuildId, json, terminal),
  pause: steered('pause'),
  resume: steered('resume'),
  cancel: steered('cancel'),
  revert: async (rebuilds, projection, { reason = '', json = false }, { out }) => {
    const way = await rebuilds.revert(projection, reason);
    out.write(
      json ? `${JSON.stringify(way)}\n` : `${projection}: ${way.to}, no longer ${way.from}\n`,
    );
    return exit.done;
  },
};

/** Flags of acts; the others take none. */
const flagsOfActs: Readonly<Record<string, readonly string[]>> = {
  'cut-over': ['accept', 'reason'],
  revert: ['reason'],
};

const build = async (
  rebuilds: RebuildClient,
  named: readonly string[],
  values: Values,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const { json = false, plan = false, all = false } = values;
  const request = requestOf(all ? await rebuilds.projections() : named, values);
  const taken = await beforeItBegins(() => rebuilds.plan(request), terminal);
  const told = planText(taken, request.maxEventsPerSecond);
  if (plan) {
    terminal.out.write(json ? `${JSON.stringify(taken)}\n` : told);
    return exit.done;
  }
  terminal.err.write(told);
  const rebuildId = await rebuilds.start(request);
  terminal.err.write(`rebuild ${rebuildId}\n`);
  return follow(rebuilds, rebuildId, json, terminal);
};

/** What is for a rebuild that there is already. */
const flagsOfLater = ['accept', 'reason'];
const flagsOfBeginning = Object.keys(options).filter((flag) => !flagsOfLater.includes(flag));

/** @throws BadUse, before a server is looked for. */
const checkUse = ({ values, positionals }: Asked<typeof options>): void => {
  const [first = '', subject, ...more] = positionals;
  if (!Object.hasOwn(acts, first)) {
    if ((values.all === true) === positionals.length > 0) {
      throw new BadUse('name projections, or --all of them');
    }
    takesOnly('a rebuild that begins', flagsOfBeginning, values, options);
    requestOf(positionals, values);
    return;
  }
  if (subject === undefined || more.length > 0) {
    throw new BadUse(
      `${first} is of one: ${first === 'revert' ? 'a projection' : 'the id of a rebuild'}`,
    );
  }
  takesOnly(first, flagsOfActs[first] ?? [], values, options);
  if (first === 'revert' && values.reason === undefined) throw new BadUse('--reason is missing');
};

const run = async (asked: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  checkUse(asked);
  const { values, positionals } = asked;
  const [first = '', subject] = positionals;
  const act = Object.hasOwn(acts, first) ? acts[first] : undefined;
  const rebuilds = new RebuildClient(new ApiClient(await findServer(terminal.env, 'operator')));
  return act === undefined
    ? build(rebuilds, positionals, values, terminal)
    : act(rebuilds, subject ?? '', values, terminal);
};

export const rebuildVerb = {
  usage:
    'npm run rebuild -- <projection>... | --all [--plan] [--dry-run] [--cutover auto|manual] [--rate N]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 100 },
  run,
};

if (require.main === module) void performHere(rebuildVerb, interruptibleTerminal(process.env));
