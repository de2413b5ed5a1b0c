import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { get, post } from './api';
import type { Flowledger } from './flowledger';

/** One of each kind: rows of streams, and sums over them. */
export const bothKinds = ['execution-status', 'roi-totals'];

export interface Rebuilt {
  /** Read and folded. */
  readonly events: number;
  /** From the first read to the last index. */
  readonly seconds: number;
  /** Of them until all rows are written. */
  readonly foldSeconds: number;
}

/** Its times are those of its steps: looking more often would only take time from it. */
const lookMilliseconds = 500;

const takenSql = `
select extract(epoch from max(ended_at) - min(began_at))::float8 as seconds,
  extract(epoch from max(ended_at) filter (where step = 'bulk-fold') - min(began_at))::float8 as "foldSeconds",
  max((detail::json ->> 'events')::float8) filter (where step = 'bulk-fold') as events
from ops.rebuild_steps where rebuild = $1 and step in ('bulk-fold', 'index')`;

/**
 * Rebuilds both kinds of read model by the command, up to a position: a what-if, which takes the same
 * way through the ledger as one that goes live, and ends where that begins to catch up with commands.
 */
export const rebuildUpTo = async (
  server: Flowledger,
  client: Client,
  position: number,
  rebuildId: string,
  fromArchive = false,
): Promise<Rebuilt> => {
  const scope = { toPosition: position };
  const asked = { rebuildId, projections: bothKinds, scope, fromArchive };
  await post(server, '/v1/commands/start-rebuild', asked);
  for (;;) {
    const found = (await get(server, `/v1/rebuilds/${rebuildId}`)) as {
      readonly state: string;
      readonly fault: string | null;
      readonly reason: string | null;
    };
    if (found.state === 'completed') break;
    const trouble = found.fault ?? (found.state === 'running' ? null : found.reason);
    if (trouble !== null) throw new Error(`${rebuildId} is ${found.state}: ${trouble}`);
    await delay(lookMilliseconds);
  }
  const { rows } = await client.query<Rebuilt>(takenSql, [rebuildId]);
  const [taken] = rows;
  if (taken === undefined) throw new Error(`${rebuildId} has no steps`);
  return taken;
};
