import type { Client } from 'pg';
import type { Context } from './context';
import { startFlowledger } from './flowledger';
import type { Flowledger, Run } from './flowledger';
import { endOfLedger, sendLines } from './ledger';
import { wholeExecution } from './load/whole-execution';
import { checkpoint, connect, createDatabase, scalar } from './postgres';
import type { Database } from './postgres';

/** A ledger of many executions, each a copy of one that was recorded; no read model has them. */
export interface Cloned {
  readonly database: Database;
  readonly client: Client;
  /** The end of the ledger as it was made. */
  readonly end: number;
  /** Positions at which a commit ends, the first of the copies first. */
  readonly commits: readonly number[];
  /** Starts a server on it; one after the other. */
  readonly serve: (context: Context, run: Pick<Run, 'name' | 'parts'>) => Promise<Flowledger>;
}

/** Executions that go on at the same time. */
const lanes = 100;
/** Copies that are made by one statement, as one commit. */
const atOnce = 1_000;

/**
 * Copies of one execution ($2 is how many events it has), $1 the position behind which they go, $3 the
 * number of the first copy. Their events take turns; each copy is one of 365 days.
 */
const cloneSql = `
insert into ledger.events (position, stream, version, event_id, type, schema_version, data, deployment_id,
  correlation_id, causation_id, actor, occurred_at, recorded_at, digest)
select $1::bigint + copy / ${lanes} * ${lanes} * $2::bigint + (version - 1) * ${lanes} + copy % ${lanes} + 1,
  'execution-copy-' || ($3::bigint + copy), version, gen_random_uuid(), type, schema_version, data, deployment_id,
  correlation_id, causation_id, actor, occurred_at + ($3::bigint + copy) % 365 * interval '1 day', recorded_at, digest
from ledger.events cross join generate_series(0, ${atOnce} - 1) copy
where stream = 'execution-model'
order by 1`;

/** Its hash proves nothing: whatever is measured here asks for none. */
const commitSql = `
insert into ledger.commits (last_position, first_position, hash, recorded_at)
select $2, $1, hash, recorded_at from ledger.head`;

const roomSql = `select ledger.extend($1, 10000000)`;

const headSql = `update ledger.head set position = $1`;

const eventsSql = `select count(*) from ledger.events where stream = 'execution-model'`;

/** Copies that go on where those before them ended. */
class Copies {
  /** Positions at which a commit ends. */
  readonly commits: number[] = [];
  private count = 0;

  private constructor(
    private readonly client: Client,
    private readonly each: number,
    private last: number,
  ) {}

  static async of(client: Client): Promise<Copies> {
    const each = Number(await scalar(client, eventsSql));
    return new Copies(client, each, await endOfLedger(client));
  }

  get end(): number {
    return this.last;
  }

  /** Copies until there are at least so many events; no server may record any meanwhile. */
  async growTo(events: number): Promise<void> {
    const { client, each } = this;
    this.last = await endOfLedger(client);
    while (this.last < events) {
      const end = this.last + atOnce * each;
      await client.query('begin');
      await client.query(roomSql, [end]);
      await client.query(cloneSql, [this.last, each, this.count]);
      await client.query(commitSql, [this.last + 1, end]);
      await client.query(headSql, [end]);
      await client.query('commit');
      this.count += atOnce;
      this.last = end;
      this.commits.push(end);
    }
    await client.query('vacuum analyze ledger.events'); // as autovacuum would have done soon
    await checkpoint(client);
  }
}

/** An own one, with no copies yet. */
export const growingLedger = async (
  context: Context,
  name: string,
): Promise<Omit<Cloned, 'end' | 'commits'> & { readonly copies: Copies }> => {
  const database = await createDatabase(context, name);
  const serve: Cloned['serve'] = (own, run) => startFlowledger(own, { ...run, database });
  const server = await serve(context, { name: `${name}-model`, parts: 'api' });
  await sendLines(server, wholeExecution('model'));
  await server.stop();
  const client = await connect(context, database.ownerUrl);
  return { database, client, serve, copies: await Copies.of(client) };
};

const make = async (context: Context): Promise<Cloned> => {
  const { copies, ...ledger } = await growingLedger(context, 'cloned');
  const events = context.quick ? 100_000 : 2_000_000;
  context.say(`copying an execution until there are ${events} events`);
  await copies.growTo(events);
  return { ...ledger, end: copies.end, commits: copies.commits };
};

/** The ledger that all measurements of rebuilds share: read models take no part in filling it. */
export const clonedLedger = (context: Context): Promise<Cloned> => context.shared('cloned', make);
