import type { Client } from 'pg';
import { createTwin } from '../baseline';
import type { Context } from '../context';
import { costOf, costText, cpuOf } from '../cpu';
import type { Cost } from '../cpu';
import { atLeast, compared, measured } from '../figures';
import type { Row } from '../figures';
import { startFlowledger } from '../flowledger';
import { assertRecorded, endOfLedger, startExecutions, untilApplied } from '../ledger';
import type { Measurement } from '../measurement';
import { watchMemory } from '../memory';
import { checkpoint, connect, createDatabase, postmaster } from '../postgres';
import { startWorker } from '../worker';
import type { BulkSender } from '../workers/bulk-sender';
import type { RawCopy } from '../workers/raw-copy';

const many = 1_000_000;

/** Rates of one round, in lines a second: through the API, and by COPY of the very same rows. */
interface Pair {
  readonly bulk: number;
  readonly copy: number;
  /** Microseconds a line, by process. */
  readonly cpu: Cost;
  readonly copyCpu: Cost;
}

type Round = (lines: number, keyPrefix: string | null) => Promise<Pair>;

const rounds = async (context: Context): Promise<{ round: Round; client: Client }> => {
  const database = await createDatabase(context, 'bulk');
  const server = await startFlowledger(context, { name: 'bulk-api', database, parts: 'api' });
  const client = await connect(context, database.ownerUrl);
  await startExecutions(server);
  const table = await createTwin(client, 'copied');
  await client.query(`insert into ${table} select * from ledger.events`);
  const sender = await startWorker<BulkSender>(context, require.resolve('../workers/bulk-sender'));
  const postgres = await postmaster(context);
  const copier = await startWorker<RawCopy>(context, require.resolve('../workers/raw-copy'));
  await copier.call('open', { url: database.ownerUrl });

  const round: Round = async (lines, keyPrefix) => {
    const { url, key } = server;
    const after = await endOfLedger(client);
    const load = { url, key, lines, calls: 'now', keyPrefix, prepared: true } as const;
    const bulk = await cpuOf({ server: server.pid, driver: sender.pid, postgres }, () =>
      sender.call('send', load),
    );
    await assertRecorded(client, after + lines);
    await copier.call('take', { after });
    const copy = await cpuOf({ client: copier.pid, postgres }, () =>
      copier.call('copy', { table }),
    );
    const { rows } = copy.result;
    if (rows !== lines) throw new Error(`${rows} rows copied instead of ${lines}`);
    return {
      bulk: lines / bulk.result.seconds,
      copy: lines / copy.result.seconds,
      cpu: costOf(bulk.seconds, lines),
      copyCpu: costOf(copy.seconds, lines),
    };
  };
  return { round, client };
};

const ratios = async (context: Context): Promise<Row[]> => {
  const { round, client } = await rounds(context);
  const lines = context.quick ? 50_000 : 200_000;
  context.say('bulk: warming up');
  await round(20_000, 'warm-up');
  await checkpoint(client);
  const plain: Pair[] = [];
  const keyed: Pair[] = [];
  for (let count = 1; count <= context.runs; count += 1) {
    context.say(`bulk: round ${count} of ${context.runs}, ${lines} lines`);
    plain.push(await round(lines, null));
    if (count === 1 || !context.quick) keyed.push(await round(lines, `round-${count}`));
  }
  const row = (figure: string, pairs: readonly Pair[], budget?: ReturnType<typeof atLeast>): Row =>
    compared(
      {
        figure,
        unit: 'calls/s',
        ...(budget === undefined ? {} : { budget }),
        note: `CPU time of one: ${costText(pairs.map(({ cpu }) => cpu))}; by COPY: ${costText(pairs.map(({ copyCpu }) => copyCpu))}`,
      },
      pairs.map(({ bulk }) => bulk),
      { name: 'COPY of the same rows', samples: pairs.map(({ copy }) => copy) },
    );
  return [row('bulk', plain, atLeast(0.5)), row('bulk, each with an idempotency key', keyed)];
};

/** One request of a million lines, to a server that does everything `npm start` does. */
const million = async (context: Context): Promise<Row[]> => {
  const database = await createDatabase(context, 'bulk_million');
  const server = await startFlowledger(context, { name: 'bulk-million', database });
  const client = await connect(context, database.ownerUrl);
  await startExecutions(server);
  const begun = await endOfLedger(client);
  const sender = await startWorker<BulkSender>(context, require.resolve('../workers/bulk-sender'));
  context.say(`bulk: one request of ${many} lines, all parts`);
  const { url, key, pid } = server;
  const load = { url, key, lines: many, calls: 'now', keyPrefix: null, prepared: false } as const;
  const { result, over, peak } = await watchMemory(pid, sender.call('send', load));
  await assertRecorded(client, begun + many);
  await untilApplied(client, 600_000);
  const quarter = Math.ceil(over.length / 4);
  const quarters = [0, 1, 2, 3].map((index) =>
    Math.max(...over.slice(index * quarter, (index + 1) * quarter)).toFixed(0),
  );
  return [
    measured({ figure: 'bulk, one million lines, all parts', unit: 'calls/s' }, [
      many / result.seconds,
    ]),
    measured(
      {
        figure: 'bulk, one million lines, peak memory',
        unit: 'MiB',
        note: `the highest of each quarter of the time: ${quarters.join(', ')} MiB`,
      },
      [peak],
    ),
  ];
};

/** Model calls in bulk, against the fastest way to put rows into PostgreSQL. */
export const bulk: Measurement = {
  name: 'bulk',
  summary: 'record-llm-call through the bulk route, durable; and its memory over a million lines',
  budget: '>= 0.5 x a raw COPY of the same rows; memory flat',
  run: async (context) => [
    ...(await ratios(context)),
    ...(context.quick ? [] : await million(context)),
  ],
};
