import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { get, post, untilCovered } from '../api';
import type { Context } from '../context';
import { compared, measured } from '../figures';
import { startFlowledger } from '../flowledger';
import type { Flowledger } from '../flowledger';
import { endOfLedger, startExecutions } from '../ledger';
import type { Measurement } from '../measurement';
import { checkpoint, connect, createDatabase, scalar } from '../postgres';
import { bothKinds, rebuildUpTo } from '../rebuilds';
import { startWorker } from '../worker';
import type { BulkSender } from '../workers/bulk-sender';

const partition = 'events_1';
const lookMilliseconds = 50;

interface Proof {
  readonly holds: boolean;
  readonly eventsPerSecond: number;
}

/** A ledger of calls whose first partition is sealed. */
const filled = async (
  context: Context,
  events: number,
): Promise<{ server: Flowledger; client: Client }> => {
  const database = await createDatabase(context, 'archive');
  const variables = { FLOWLEDGER_PARTITION_EVENTS: String(events) };
  const server = await startFlowledger(context, { name: 'archive', database, variables });
  const client = await connect(context, database.ownerUrl);
  await startExecutions(server);
  const sender = await startWorker<BulkSender>(context, require.resolve('../workers/bulk-sender'));
  context.say(`importing ${events} calls`);
  const load = { lines: events, calls: 'past', keyPrefix: null, prepared: false } as const;
  await sender.call('send', { url: server.url, key: server.key, ...load });
  context.say('waiting for the read models to have them');
  for (const name of bothKinds) await untilCovered(server, name, await endOfLedger(client));
  await client.query(`vacuum analyze ledger.${partition}`); // as autovacuum would have done soon
  await checkpoint(client);
  return { server, client };
};

/** Seconds from the command until the files are written, read back and proven. */
const exported = async (server: Flowledger): Promise<number> => {
  const began = performance.now();
  await post(server, '/v1/commands/start-archive', { partition, again: true });
  for (;;) {
    const { state, reason } = (await get(server, `/v1/archives/${partition}`)) as {
      readonly state: string;
      readonly reason: string | null;
    };
    if (state === 'completed') return (performance.now() - began) / 1_000;
    if (state !== 'running') throw new Error(`the export ${state}: ${reason ?? ''}`);
    await delay(lookMilliseconds);
  }
};

/** A sealed partition in files: how fast they are made, proven and folded, and what they take. */
export const archive: Measurement = {
  name: 'archive',
  summary: 'a sealed partition in files: export, proof, size, and a rebuild from them',
  budget: 'none',
  run: async (context) => {
    const events = context.quick ? 50_000 : 500_000;
    const { server, client } = await filled(context, events);
    const made: number[] = [];
    const proven: number[] = [];
    const folded: number[] = [];
    const fromTable: number[] = [];
    for (let round = 1; round <= context.runs; round += 1) {
      context.say(`archive: round ${round} of ${context.runs}`);
      made.push(events / (await exported(server)));
      const proof = (await get(server, '/v1/archives/proof')) as Proof;
      if (!proof.holds) throw new Error('the archive does not hold');
      proven.push(proof.eventsPerSecond);
      const files = await rebuildUpTo(server, client, events, `files-${round}`, true);
      const table = await rebuildUpTo(server, client, events, `table-${round}`);
      if (files.events !== table.events)
        throw new Error(`${files.events} of ${table.events} events`);
      folded.push(files.events / files.seconds);
      fromTable.push(table.events / table.seconds);
    }
    const bytes = Number(await scalar(client, `select bytes from read.archives`));
    const size = (what: string): Promise<number> =>
      scalar(client, `select ${what}('ledger.${partition}')`).then(Number);
    return [
      measured({ figure: 'export of a partition, proven', unit: 'events/s' }, made),
      measured({ figure: 'proof of an archive from its files', unit: 'events/s' }, proven),
      compared({ figure: 'rebuild of both kinds, from files', unit: 'events/s' }, folded, {
        name: 'the same from the table',
        samples: fromTable,
      }),
      compared({ figure: 'size of an archive', unit: 'bytes/event' }, [bytes / events], {
        name: 'the partition with its indexes',
        samples: [(await size('pg_total_relation_size')) / events],
      }),
      compared({ figure: 'size of an archive', unit: 'bytes/event' }, [bytes / events], {
        name: 'the partition without',
        samples: [(await size('pg_table_size')) / events],
      }),
    ];
  },
};
