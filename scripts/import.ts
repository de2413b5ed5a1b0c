import { ApiClient } from '../src/modules/cli/api-client';
import { performHere, processTerminal } from '../src/modules/cli/process-terminal';
import { Progress } from '../src/modules/cli/progress';
import { findServer } from '../src/modules/cli/server-address';
import type { ServerAddress } from '../src/modules/cli/server-address';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, Failure, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { deviationsOf } from '../src/modules/legacy-import/deviations';
import { identify } from '../src/modules/legacy-import/execution-ids';
import type { IdentifiedExecution } from '../src/modules/legacy-import/execution-ids';
import { succeeded } from '../src/modules/legacy-import/import-result';
import type { ImportResult } from '../src/modules/legacy-import/import-result';
import { send } from '../src/modules/legacy-import/sending';
import type { Sent } from '../src/modules/legacy-import/sending';
import { NotALegacyLog, readLegacyLog } from '../src/modules/legacy-import/legacy-log';
import type { LegacyLog } from '../src/modules/legacy-import/legacy-log';
import { isTimeZone } from '../src/modules/legacy-import/legacy-time';
import { readJsonFile } from '../src/modules/legacy-import/log-file';
import { plannedCount } from '../src/modules/legacy-import/plan';
import { reportJson } from '../src/modules/legacy-import/report-json';
import { reportText } from '../src/modules/legacy-import/report';
import { tallyOf } from '../src/modules/legacy-import/tally';
import { verify } from '../src/modules/legacy-import/verification';

const help = `Reads a legacy ROI log and records it through the API, with the times of the
file: each execution, each of its model calls, and its end. Running it twice,
or again after it was interrupted, changes nothing that is there already.
Afterwards it asks the read models whether they hold all of it.

  --dry-run        do everything but send
  --keep-going     import the valid entries of a file that has malformed ones
  --timezone ZONE  of times that name none, such as Europe/Zurich (default: UTC)
  --json           the report as JSON, with nothing shortened
  --help           this text

The server is found by FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the one on
FLOWLEDGER_HOME. Exit status: 0 done, 1 something is malformed, refused or does
not agree, 2 bad use.
`;

const options = {
  'dry-run': { type: 'boolean' },
  'keep-going': { type: 'boolean' },
  timezone: { type: 'string', default: 'UTC' },
} as const;

const read = async (file: string, timeZone: string, terminal: Terminal): Promise<LegacyLog> => {
  const content = await readJsonFile(file, (line) => terminal.err.write(`${line}\n`));
  try {
    return readLegacyLog(content, { timeZone, now: Date.now() });
  } catch (error) {
    if (!(error instanceof NotALegacyLog)) throw error;
    throw new Failure(`${file} is no legacy ROI log: ${error.message}`, { cause: error });
  }
};

const record = async (
  server: ServerAddress,
  executions: readonly IdentifiedExecution[],
  terminal: Terminal,
): Promise<Sent> => {
  const total = plannedCount(executions);
  const progress = new Progress(terminal.err, 'importing', 'commands', total);
  try {
    return await send(server, executions, () => progress.advance());
  } finally {
    progress.end();
  }
};

const run = async (asked: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  const [file = ''] = asked.positionals;
  const { timezone: timeZone, 'dry-run': dryRun = false, 'keep-going': keepGoing } = asked.values;
  if (!isTimeZone(timeZone)) throw new BadUse(`--timezone: there is no time zone ${timeZone}`);
  const log = await read(file, timeZone, terminal);
  const isBarred = log.faults.length > 0 && keepGoing !== true;
  const executions = isBarred ? [] : identify(log);
  const server =
    dryRun || executions.length === 0 ? null : await findServer(terminal.env, 'service');
  const sent = server && (await record(server, executions, terminal));
  const verification = server && sent && (await verify(new ApiClient(server), executions, sent));
  const result: ImportResult = {
    file,
    timeZone,
    dryRun,
    log,
    isBarred,
    executions,
    sent,
    verification,
    read: tallyOf(log.entries),
    deviations: deviationsOf(log),
  };
  const text =
    asked.values.json === true
      ? `${JSON.stringify(reportJson(result), null, 2)}\n`
      : reportText(result, paletteFor(terminal.out, terminal.env));
  terminal.out.write(text);
  return succeeded(result) ? exit.done : exit.failed;
};

export const importVerb = {
  usage: 'npm run import -- <file> [--dry-run] [--keep-going] [--timezone ZONE] [--json]',
  help,
  options,
  positionals: { atLeast: 1, atMost: 1 },
  run,
};

if (require.main === module) void performHere(importVerb, processTerminal(process.env));
