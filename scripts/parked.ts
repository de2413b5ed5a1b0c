import { z } from 'zod';
import { count, counted } from '../src/modules/cli/amounts';
import { ApiClient } from '../src/modules/cli/api-client';
import { takesOnly } from '../src/modules/cli/flags-taken';
import { performHere, processTerminal } from '../src/modules/cli/process-terminal';
import { findServer } from '../src/modules/cli/server-address';
import { table } from '../src/modules/cli/table';
import { paletteFor } from '../src/modules/cli/terminal';
import type { Terminal } from '../src/modules/cli/terminal';
import { BadUse, exit } from '../src/modules/cli/verb';
import type { Asked, ExitStatus } from '../src/modules/cli/verb';
import { parkedAnswerSchema } from '../src/modules/parking/parked.schemas';
import type { ParkedStream } from '../src/modules/parking/parked.schemas';

const help = `Shows which events a projection could not apply, and says what is to become of them.
An event that cannot be applied is parked, for an entity with all that follows in its
stream; everything else goes on.

  npm run parked                            what is parked, and why
  npm run parked -- PROJECTION              of one projection
  npm run parked -- retry PROJECTION STREAM after a fix: apply it, in order
  npm run parked -- retry --all             all there is
  npm run parked -- skip PROJECTION STREAM --reason TEXT
                                            leave out what cannot be applied

  --all              of retry: every stream that is parked
  --dry-run          say which streams, and do nothing
  --reason TEXT      why events are left out; kept in the ledger
  --json             the result as JSON lines
  --help             this text

The server is found by FLOWLEDGER_URL and FLOWLEDGER_KEY, else it is the one on
FLOWLEDGER_HOME. Exit status: 0 nothing is parked (any more), 1 something is, 2 bad use.
`;

const options = {
  all: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  reason: { type: 'string' },
} as const;

type Values = Asked<typeof options>['values'];

const acceptedSchema = z.object({
  effects: z.object({ parkedEvents: z.int() }).optional(),
});

const path = '/v1/projections/parked-streams';

const parkedStreams = async (
  client: ApiClient,
  filters: Readonly<Record<string, string>>,
): Promise<ParkedStream[]> => {
  const found: ParkedStream[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const query: Record<string, string> = cursor === '' ? { ...filters } : { ...filters, cursor };
    const page = await client.get(path, query, parkedAnswerSchema);
    found.push(...page.rows);
    cursor = page.next;
  }
  return found;
};

const shown = (parked: readonly ParkedStream[], { out, env }: Terminal, json: boolean): void => {
  if (json) {
    for (const one of parked) out.write(`${JSON.stringify(one)}\n`);
    return;
  }
  if (parked.length === 0) {
    out.write('nothing is parked\n');
    return;
  }
  const columns = [
    { title: 'read model' },
    { title: 'generation' },
    { title: 'stream', shrinks: true },
    { title: 'from position', align: 'right' },
    { title: 'events', align: 'right' },
  ] as const;
  const rows = parked.map(({ projection, generation, state, stream, position, events }) => [
    projection,
    state === 'live' ? generation : `${generation} (${state})`,
    stream,
    count(BigInt(position)),
    count(events),
  ]);
  const { columns: wide = 0 } = out;
  const width = wide > 0 ? wide : 160;
  out.write(table(columns, rows, { heading: paletteFor(out, env).faint, width }));
  // Whole, and below: in a column of an 80 wide terminal a cause had room for six letters.
  const causes = new Set(parked.flatMap(({ cause }) => cause ?? []));
  for (const cause of causes) out.write(`  ${cause}\n`);
};

/** How many events are still parked of a stream once the server has done as told; null if unknown. */
const told = async (client: ApiClient, name: string, data: object): Promise<number | null> => {
  return acceptedSchema.parse(await client.issue(name, data)).effects?.parkedEvents ?? null;
};

const outcomeText = (left: number | null): string => {
  if (left === null) return 'being seen to';
  return left === 0 ? 'nothing is parked any more' : `${counted(left, 'event')} still parked`;
};

interface Subject {
  readonly projection: string;
  readonly stream: string;
}

/** The stream that a word is of; null for all there are. @throws BadUse */
const subjectOf = (given: readonly string[], { all = false }: Values): Subject | null => {
  const [projection, stream, ...more] = given;
  if (more.length > 0 || all !== (projection === undefined)) {
    throw new BadUse('name a projection and a stream, or --all');
  }
  if (projection === undefined) return null;
  if (stream === undefined) throw new BadUse('the stream is missing');
  return { projection, stream };
};

/** Every stream that is parked, once however many generations have it. */
const everyStream = async (client: ApiClient): Promise<Subject[]> => {
  const found = (await parkedStreams(client, {})).map((one) => [one.projection, one.stream]);
  const once = new Map(found.map((pair) => [JSON.stringify(pair), pair]));
  return [...once.values()].map(([projection = '', stream = '']) => ({ projection, stream }));
};

const say = async (
  word: 'retry' | 'skip',
  given: readonly string[],
  values: Values,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const { reason, json = false, all = false } = values;
  if (word === 'skip' && reason === undefined) throw new BadUse('--reason is missing');
  if (word === 'skip' && all) throw new BadUse('skip is of one stream at a time');
  if (word === 'retry') takesOnly(word, ['all', 'dry-run'], values, options);
  const subject = subjectOf(given, values);
  const client = new ApiClient(await findServer(terminal.env, 'operator'));
  let isLeft = false;
  const streams = subject === null ? await everyStream(client) : [subject];
  if (streams.length === 0) shown([], terminal, json);
  for (const { projection, stream } of streams) {
    if (values['dry-run'] === true) {
      const parked = await parkedStreams(client, { projection, stream });
      shown(parked, terminal, json);
      isLeft ||= parked.length > 0;
      continue;
    }
    const data = { projection, stream, ...(word === 'skip' ? { reason } : {}) };
    const left = await told(client, `${word}-parked`, data);
    isLeft ||= left !== 0;
    terminal.out.write(
      json
        ? `${JSON.stringify({ projection, stream, parkedEvents: left })}\n`
        : `${projection} ${stream}: ${outcomeText(left)}\n`,
    );
  }
  return isLeft ? exit.failed : exit.done;
};

const run = async (
  { values, positionals }: Asked<typeof options>,
  terminal: Terminal,
): Promise<ExitStatus> => {
  const [first, ...subject] = positionals;
  if (first === 'retry' || first === 'skip') return say(first, subject, values, terminal);
  if (subject.length > 0) throw new BadUse(`retry or skip, not ${first ?? ''}`);
  takesOnly('what only shows', [], values, options);
  const client = new ApiClient(await findServer(terminal.env, 'analyst'));
  const parked = await parkedStreams(client, first === undefined ? {} : { projection: first });
  shown(parked, terminal, values.json === true);
  return parked.length > 0 ? exit.failed : exit.done;
};

export const parkedVerb = {
  usage: 'npm run parked -- [PROJECTION | retry PROJECTION STREAM | retry --all | skip ...]',
  help,
  options,
  positionals: { atLeast: 0, atMost: 3 },
  run,
};

if (require.main === module) void performHere(parkedVerb, processTerminal(process.env));
