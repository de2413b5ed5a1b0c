import { ArchiveClient } from '../src/modules/archive-client/archive-client';
import type { ArchiveRequest } from '../src/modules/archive-client/archive-client';
import {
  archiveProofText,
  archiveText,
  archivesText,
  planText,
} from '../src/modules/archive-client/report';
import type { ArchiveProof } from '../src/modules/archive/archive.schemas';
import { ApiClient } from '../src/modules/cli/api-client';
import { takesOnly } from '../src/modules/cli/flags-taken';
import { followUnlessLeft } from '../src/modules/cli/leaving';
import { interruptibleTerminal, performHere } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, Failure, exit, unlessLeft } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { rateOf } from '../src/modules/event-export/scope-flags';
import { ProgressLine } from '../src/modules/proof/report';

const help = `Exports sealed partitions of the ledger to compressed files with their hashes, and proves
them from the files. The table keeps them. The server does the work: it goes on after a
crash behind the last whole file, and nothing is in its place before it is proven.

  npm run archive -- list                 the partitions, and which are archived
  npm run archive -- events_1             this one; --all for every sealed one that is not
  npm run archive -- verify [events_1]    the files: every hash and the chain, made anew
  npm run archive -- follow|cancel events_1

  --again            replace files of it that there are already
  --rate N           events in a second at most
  --dry-run          say what would be written, and write nothing
  --json             the result as JSON
  --help             this text

Ctrl-C cancels the export, and what was written of it is removed; it ends a proof. The files
are in the folder FLOWLEDGER_ARCHIVE of the server. It is found by FLOWLEDGER_URL and
FLOWLEDGER_KEY, else it is the one on FLOWLEDGER_HOME. Exit status: 0 done, 1 not (it
failed, does not hold, or was cancelled), 2 bad use.
`;

const options = {
  all: { type: 'boolean' },
  again: { type: 'boolean' },
  rate: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

type Values = Asked<typeof options>['values'];

const words = { verb: 'exporting', unit: 'events', still: 'nothing is written for now' };

const follow = async (
  archives: ArchiveClient,
  partition: string,
  { json = false }: Values,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const result = await followUnlessLeft(
    (signal) => archives.progress(partition, signal),
    words,
    () => archives.cancel(partition),
    terminal,
  );
  terminal.out.write(json ? `${JSON.stringify(result)}\n` : archiveText(result));
  return result.state === 'completed' ? exit.done : exit.failed;
};

type Act = (
  archives: ArchiveClient,
  partitions: readonly string[],
  values: Values,
  terminal: Terminal,
) => Promise<ExitStatus>;

const theOne = ([partition, ...more]: readonly string[], act: string): string => {
  if (partition !== undefined && more.length === 0) return partition;
  throw new BadUse(`${act} is of one partition`);
};

const verify: Act = async (archives, partitions, { json = false }, terminal) => {
  const { out, err, env, interrupted } = terminal;
  const progress = new ProgressLine(err);
  let proof: ArchiveProof | null = null;
  try {
    for await (const line of archives.proof(partitions, interrupted)) {
      if ('proof' in line) proof = line.proof;
      else progress.show(line.progress);
    }
  } catch (error) {
    throw interrupted?.aborted === true ? new Failure('stopped', { cause: error }) : error;
  } finally {
    progress.end();
  }
  if (proof === null) throw new Failure('the server gave no proof: it may be stopping, try again');
  out.write(
    json ? `${JSON.stringify(proof, null, 2)}\n` : archiveProofText(proof, paletteFor(out, env)),
  );
  return proof.holds ? exit.done : exit.failed;
};

const list: Act = async (archives, _partitions, { json = false }, { out, env }) => {
  const told = await archives.all();
  out.write(json ? `${JSON.stringify(told)}\n` : archivesText(told, paletteFor(out, env)));
  return exit.done;
};

/** What can be done besides exporting. */
const acts: Readonly<Record<string, Act>> = {
  list,
  verify,
  follow: (archives, named, values, terminal) =>
    follow(archives, theOne(named, 'follow'), values, terminal),
  cancel: async (archives, named, { json = false }, { out, err }) => {
    const partition = theOne(named, 'cancel');
    await archives.cancel(partition);
    err.write(`the export of ${partition} is cancelled\n`);
    if (json) out.write(`${JSON.stringify(await archives.progress(partition))}\n`);
    return exit.done;
  },
};

const isReading = (act: string): boolean => act === 'list' || act === 'verify';

/** @throws BadUse, before a server is looked for. */
const checkUse = ({ values, positionals }: Asked<typeof options>): void => {
  const [first = '', ...rest] = positionals;
  if (!Object.hasOwn(acts, first)) {
    const { all = false, rate } = values;
    if (all === positionals.length > 0) throw new BadUse('name partitions, or --all of them');
    rateOf(rate);
    return;
  }
  // To an act that is of all partitions anyway, --all says nothing new.
  takesOnly(first, isReading(first) ? ['all'] : [], values, options);
  if (!isReading(first)) theOne(rest, first);
  if (first === 'list' && rest.length > 0) throw new BadUse('list is of all partitions');
};

/** Every sealed partition of which there are no files yet. */
const unarchived = async (archives: ArchiveClient, again: boolean): Promise<string[]> => {
  const { partitions } = await archives.all();
  return partitions
    .filter(({ isSealed, isArchived }) => isSealed && (again || !isArchived))
    .map(({ partition }) => partition);
};

const exportAll: Act = async (archives, named, values, terminal) => {
  const { all = false, again = false, json = false, rate } = values;
  const partitions = all ? await unarchived(archives, again) : named;
  if (partitions.length === 0) terminal.err.write('every sealed partition is archived\n');
  for (const partition of partitions) {
    const request: ArchiveRequest = { partition, again, maxEventsPerSecond: rateOf(rate) };
    if (values['dry-run'] === true) {
      const plan = await archives.plan(request);
      terminal.out.write(json ? `${JSON.stringify(plan)}\n` : planText(plan));
      continue;
    }
    unlessLeft(terminal);
    await archives.start(request);
    const status = await follow(archives, partition, values, terminal);
    if (status !== exit.done) return status;
  }
  return exit.done;
};

const run = async (asked: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  checkUse(asked);
  const { values, positionals } = asked;
  const [first = '', ...rest] = positionals;
  const act = Object.hasOwn(acts, first) ? acts[first] : undefined;
  const role = isReading(first) ? 'analyst' : 'operator';
  const archives = new ArchiveClient(new ApiClient(await findServer(terminal.env, role)));
  if (act !== undefined) return act(archives, rest, values, terminal);
  return exportAll(archives, positionals, values, terminal);
};

export const archiveVerb = {
  usage: 'npm run archive -- <partition>... [--all] [--again] [--rate N] [--dry-run] [--json]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 100 },
  run,
};

if (require.main === module) void performHere(archiveVerb, interruptibleTerminal(process.env));
