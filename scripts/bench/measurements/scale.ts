import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { count } from '../../../src/modules/cli/amounts';
import { sizeOf } from '../../../src/modules/rebuild/disk-bound';
import { get, post } from '../api';
import { growingLedger } from '../cloned';
import type { Context } from '../context';
import { atMost, below, compared, measured } from '../figures';
import type { Row } from '../figures';
import type { Flowledger } from '../flowledger';
import type { Measurement } from '../measurement';
import { watchMemory } from '../memory';
import { bothKinds } from '../rebuilds';

const millions = [1, 2, 5, 10];
const million = 1_000_000;
/** What a short run takes instead of a million. */
const quickMillion = 50_000;

const mebibytes = 1_536;
const lookMilliseconds = 250;

/** Live ones follow what is recorded from now on; they have none of the copies. */
const passOverSql = `update ops.ledger_checkpoints set position = (select position from ledger.head)`;

const generationsSql = `select id from ops.generations where rebuild = $1`;

const stepsSql = `
select step, extract(epoch from max(ended_at) - min(began_at))::float8 as span,
  sum(extract(epoch from ended_at - began_at))::float8 as seconds,
  sum((detail::json ->> 'rows')::float8) as rows, max((detail::json ->> 'events')::float8) as events
from ops.rebuild_steps where rebuild = $1 group by step`;

interface Step {
  readonly step: string;
  /** From the first of the projections to the last; what they take together. */
  readonly span: number;
  readonly seconds: number;
  readonly rows: number | null;
  readonly events: number | null;
}

interface Sized {
  readonly events: number;
  readonly steps: ReadonlyMap<string, Step>;
  /** Until it is built, proven and compared. */
  readonly seconds: number;
  readonly peakMebibytes: number;
  readonly diskMebibytes: number;
}

const generationsOf = async (client: Client, rebuildId: string): Promise<string[]> =>
  (await client.query<{ id: string }>(generationsSql, [rebuildId])).rows.map(({ id }) => id);

/** Waits for a rebuild to be in a state: the most disk that it took until then, in bytes. */
const untilIn = async (
  server: Flowledger,
  client: Client,
  rebuildId: string,
  state: string,
): Promise<number> => {
  let most = 0;
  for (;;) {
    const now = (await get(server, `/v1/rebuilds/${rebuildId}`)) as {
      readonly state: string;
      readonly fault: string | null;
      readonly reason: string | null;
    };
    const generations = await generationsOf(client, rebuildId);
    const ask = async (text: string, values?: unknown[]) =>
      (await client.query(text, values)).rows as never;
    most = Math.max(most, await sizeOf(ask, generations));
    if (now.state === state) return most;
    const trouble = now.fault ?? (now.state === 'running' ? null : now.reason);
    if (trouble !== null) throw new Error(`${rebuildId} is ${now.state}: ${trouble}`);
    await delay(lookMilliseconds);
  }
};

const rebuilt = async (
  server: Flowledger,
  client: Client,
  rebuildId: string,
): Promise<Omit<Sized, 'events'>> => {
  const began = performance.now();
  const projections = bothKinds;
  await post(server, '/v1/commands/start-rebuild', { rebuildId, projections, cutover: 'manual' });
  const work = untilIn(server, client, rebuildId, 'waiting');
  const { result: disk, peak } = await watchMemory(server.pid, work);
  const seconds = (performance.now() - began) / 1_000;
  const { rows } = await client.query<Step>(stepsSql, [rebuildId]);
  await post(server, '/v1/commands/cancel-rebuild', { rebuildId, reason: 'it is measured' });
  while ((await generationsOf(client, rebuildId)).length > 0) await delay(lookMilliseconds);
  const steps = new Map(rows.map((row) => [row.step, row]));
  return { steps, seconds, peakMebibytes: peak, diskMebibytes: disk / 1_048_576 };
};

const rowsOf = ({ events, steps, seconds, peakMebibytes, diskMebibytes }: Sized): Row[] => {
  const figure = `rebuild at ${count(events)} events`;
  const fold = steps.get('bulk-fold')?.span ?? Number.NaN;
  const secondsOf = (step: string): string => (steps.get(step)?.seconds ?? Number.NaN).toFixed(1);
  const { rows = 0 } = steps.get('verify') ?? {};
  const note = [
    `fold ${fold.toFixed(1)} s (${count(Math.round(events / fold))} events/s), index ${secondsOf('index')} s`,
    `verify ${secondsOf('verify')} s, diff ${secondsOf('diff')} s of ${count(rows ?? 0)} rows`,
  ].join(', ');
  return [
    measured({ figure: `${figure}, until compared`, unit: 's', note }, [seconds]),
    measured({ figure: `${figure}, peak memory`, unit: 'MiB', budget: below(mebibytes, 'MiB') }, [
      peakMebibytes,
    ]),
    measured({ figure: `${figure}, disk at most`, unit: 'MiB' }, [diskMebibytes]),
  ];
};

/** How the time of one event grows from the smallest ledger to the largest. */
const growthOf = (sizes: readonly Sized[]): Row[] => {
  const [smallest, largest] = [sizes[0], sizes.at(-1)];
  if (smallest === undefined || largest === undefined) return [];
  const each = ({ seconds, events }: Sized): number => (seconds / events) * 1e6;
  return [
    compared(
      {
        figure: `time of one event at ${count(largest.events)} events`,
        unit: 'us',
        budget: atMost(1.25),
      },
      [each(largest)],
      { name: `at ${count(smallest.events)}`, samples: [each(smallest)] },
    ),
  ];
};

const measure = async (context: Context): Promise<Sized[]> => {
  const { client, copies, serve } = await growingLedger(context, 'scale');
  const sizes: Sized[] = [];
  for (const size of millions) {
    const events = size * (context.quick ? quickMillion : million);
    context.say(`scale: copying an execution until there are ${count(events)} events`);
    await copies.growTo(events);
    await client.query(passOverSql);
    const parts = 'api,projector,sweeper';
    const server = await serve(context, { name: `scale-${String(size)}`, parts });
    context.say(`scale: rebuilding at ${count(copies.end)} positions`);
    const found = await rebuilt(server, client, `scale-${String(size)}`);
    sizes.push({ events: copies.end, ...found });
    await server.stop();
  }
  return sizes;
};

/** What a rebuild takes as the ledger grows. One run each: at ten million it is long. */
export const scale: Measurement = {
  name: 'scale',
  summary:
    'start-rebuild of both kinds at 1, 2, 5 and 10 million events, until proven and compared',
  budget: 'peak memory < 1.5 GB; time of one event at the largest <= 1.25 x that at the smallest',
  run: async (context) => {
    const sizes = await measure(context);
    return [...sizes.flatMap(rowsOf), ...growthOf(sizes)];
  },
};
