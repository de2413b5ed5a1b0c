import { ApiClient } from '../src/modules/cli/api-client';
import { count, counted, duration } from '../src/modules/cli/amounts';
import { interruptibleTerminal, performHere } from '../src/modules/cli/process-terminal';
import { Progress } from '../src/modules/cli/progress';
import { findServer } from '../src/modules/cli/server-address';
import type { Terminal } from '../src/modules/cli/terminal';
import { Failure, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { countsOf, countsText } from '../src/modules/event-export/event-counts';
import { ExportRun } from '../src/modules/event-export/export-run';
import { fileSink, outputSink } from '../src/modules/event-export/export-sink';
import type { ExportSink } from '../src/modules/event-export/export-sink';
import { rateOf, scopeHelp, scopeOf, scopeOptions } from '../src/modules/event-export/scope-flags';
import type { Scope } from '../src/modules/event-export/scope-flags';

const help = `Writes the events of a scope as JSON lines, in order of position, up to the end of
the ledger as it is when it starts. First it says on standard error how many
there are of each type. What is personal comes as it is recorded: as ciphertext.

${scopeHelp}  --rate N           events in a second at most
  --output FILE      go on behind the last whole line of this file, where there is one
  --json             the counts as a line of JSON
  --help             this text

Ctrl-C leaves whole lines. With -s npm keeps its own words out of standard
output. The server is found by FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the
one on FLOWLEDGER_HOME. Exit status: 0 everything is there, 1 it is not, 2 bad
use.
`;

const options = {
  ...scopeOptions,
  rate: { type: 'string' },
  output: { type: 'string' },
} as const;

interface Request {
  readonly scope: Scope;
  readonly rate: number | null;
  readonly json: boolean;
}

/** Writes what is missing, and says up front how much that is and in the end how much it was. */
const write = async (
  client: ApiClient,
  sink: ExportSink,
  { scope, rate, json }: Request,
  { err, interrupted = new AbortController().signal }: Terminal,
): Promise<ExitStatus> => {
  const { through } = sink;
  const rest = through === null ? scope : { ...scope, fromPosition: String(through + 1n) };
  const bounds = await countsOf(client, rest);
  if (through !== null) {
    err.write(`${counted(sink.held, 'event')} up to position ${count(through)} there already\n`);
  }
  err.write(json ? `${JSON.stringify(bounds)}\n` : countsText(bounds));
  const started = performance.now();
  const progress = new Progress(err, 'exporting', 'events', bounds.total);
  const advanced = (events: number): void => progress.advance(events);
  const run = new ExportRun(client, sink, { perSecond: rate, signal: interrupted, advanced });
  await run.write(scope, bounds).finally(() => progress.end());
  const took = duration(performance.now() - started);
  if (run.written === bounds.total) {
    err.write(`${counted(run.written, 'event')} written in ${took}\n`);
    return exit.done;
  }
  const amount = `${count(run.written)} of ${counted(bounds.total, 'event')} written`;
  if (!interrupted.aborted) throw new Failure(`${amount}: the server had no more`);
  err.write(`stopped: ${amount}\n`);
  return exit.failed;
};

const run = async (asked: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  const { output, json = false, ...flags } = asked.values;
  const request = { scope: scopeOf(flags), rate: rateOf(flags.rate), json };
  const client = new ApiClient(await findServer(terminal.env, 'analyst'));
  const sink =
    output === undefined ? outputSink(terminal.out) : await fileSink(client, request.scope, output);
  try {
    return await write(client, sink, request, terminal);
  } finally {
    await sink.close();
  }
};

export const eventsVerb = {
  usage:
    'npm run -s events -- [--since TIME] [--until TIME] [--type NAMES] [--rate N] [--output FILE]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 0 },
  run,
};

if (require.main === module) void performHere(eventsVerb, interruptibleTerminal(process.env));
