import { ApiClient } from '../src/modules/cli/api-client';
import { count, counted, duration } from '../src/modules/cli/amounts';
import { interruptibleTerminal, performHere } from '../src/modules/cli/process-terminal';
import { followUnlessLeft, leave } from '../src/modules/cli/leaving';
import { findServer } from '../src/modules/cli/server-address';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, beforeItBegins, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { countsText } from '../src/modules/event-export/event-counts';
import { rateOf, scopeHelp, scopeOf, scopeOptions } from '../src/modules/event-export/scope-flags';
import { ReplayClient } from '../src/modules/replay-client/replay-client';
import type { ReplayPlan, ReplayRequest } from '../src/modules/replay-client/replay-client';
import type { ReplayProgress } from '../src/modules/replay/replay.schemas';

const help = `Sends the recorded events of a scope once more, to another Kafka topic, and follows
it. The server does the work: it goes on if this is closed, and after a crash.
Each message says by which replay it was sent, in its header ce_flowledgerreplay.

  --topic NAME       where to; made where it is missing
${scopeHelp}  --rate N           events in a second at most
  --dry-run          say how many of each type there are, and send nothing
  --resume ID        go on with a replay that was paused, or follow one that runs
  --json             the result as JSON
  --help             this text

Ctrl-C asks on a terminal whether to pause or to cancel it, and pauses it
elsewhere. The server is found by FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is
the one on FLOWLEDGER_HOME. Exit status: 0 everything is sent, 1 it is not, 2 bad
use.
`;

const options = {
  ...scopeOptions,
  topic: { type: 'string' },
  rate: { type: 'string' },
  resume: { type: 'string' },
  'dry-run': { type: 'boolean' },
} as const;

type Values = Asked<typeof options>['values'];

const planText = (plan: ReplayPlan): string => {
  const { topic, secondsAtLeast } = plan;
  const time = secondsAtLeast === null ? '' : ` in ${duration(1_000 * secondsAtLeast)} or more`;
  return `${countsText(plan)}would go to ${topic}${time}; nothing is sent\n`;
};

const resultText = ({ replayId, topic, state, done, total, reason }: ReplayProgress): string => {
  if (state === 'completed')
    return `${counted(done, 'event')} replayed to ${topic} (${replayId})\n`;
  const amount = total === null ? count(done) : `${count(done)} of ${counted(total, 'event')}`;
  return `replay ${replayId} is ${state}, ${amount} sent${reason === null ? '' : `: ${reason}`}\n`;
};

const words = { verb: 'replaying', unit: 'events', still: 'nothing is sent for now' };

const follow = async (
  replays: ReplayClient,
  replayId: string,
  json: boolean,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const again = `replay -- --resume ${replayId}`;
  const waysBack = { resume: again, follow: again };
  const result = await followUnlessLeft(
    (signal) => replays.progress(replayId, signal),
    words,
    () => leave((act) => replays.steer(act, replayId), waysBack, terminal),
    terminal,
  );
  terminal.out.write(json ? `${JSON.stringify(result)}\n` : resultText(result));
  return result.state === 'completed' ? exit.done : exit.failed;
};

const requestOf = ({ topic, rate, ...flags }: Values): ReplayRequest => {
  if (topic === undefined) throw new BadUse('--topic is missing');
  return { topic, scope: scopeOf(flags), maxEventsPerSecond: rateOf(rate) };
};

const resumed = ({ resume, topic, rate, ...flags }: Values): string | undefined => {
  if (resume === undefined) return undefined;
  const isScoped = Object.keys(scopeOf(flags)).length > 0;
  if (topic !== undefined || rate !== undefined || isScoped || flags['dry-run'] === true) {
    throw new BadUse('--resume goes on with a replay as it was started: it takes no other flags');
  }
  return resume;
};

const run = async ({ values }: Asked<typeof options>, terminal: Terminal): Promise<ExitStatus> => {
  const { 'dry-run': dryRun = false, json = false } = values;
  const earlier = resumed(values);
  const request = earlier === undefined ? requestOf(values) : undefined;
  const replays = new ReplayClient(new ApiClient(await findServer(terminal.env, 'operator')));
  if (request === undefined) {
    const replayId = earlier ?? '';
    const { state } = await replays.progress(replayId);
    if (state === 'paused') await replays.steer('resume', replayId);
    return follow(replays, replayId, json, terminal);
  }
  if (dryRun) {
    const plan = await beforeItBegins(() => replays.plan(request), terminal);
    terminal.out.write(json ? `${JSON.stringify(plan)}\n` : planText(plan));
    return exit.done;
  }
  const plan = await beforeItBegins(() => replays.plan(request), terminal);
  terminal.err.write(countsText(plan));
  const replayId = await replays.start(request);
  terminal.err.write(`replay ${replayId} to ${request.topic}\n`);
  return follow(replays, replayId, json, terminal);
};

export const replayVerb = {
  usage:
    'npm run replay -- --topic NAME [--since TIME] [--until TIME] [--type NAMES] [--rate N] [--dry-run]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 0 },
  run,
};

if (require.main === module) void performHere(replayVerb, interruptibleTerminal(process.env));
