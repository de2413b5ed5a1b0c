import { costOf, costText, cpuOf } from '../cpu';
import { atLeast, compared } from '../figures';
import { startFlowledger } from '../flowledger';
import { assertRecorded, endOfLedger, startExecutions } from '../ledger';
import type { Measurement } from '../measurement';
import { checkpoint, connect, createDatabase, postmaster } from '../postgres';
import { startWorker } from '../worker';
import type { BulkSender } from '../workers/bulk-sender';
import type { ClientSender } from '../workers/client-sender';

/** Model calls through the client that ships with Flowledger, against the route it uses. */
export const client: Measurement = {
  name: 'client',
  summary: 'model calls that flowledger/client gathers in batches, each with its own outcome',
  budget: '>= 0.8 x the bulk route used directly',
  run: async (context) => {
    const database = await createDatabase(context, 'client');
    const server = await startFlowledger(context, { name: 'client-api', database, parts: 'api' });
    const connection = await connect(context, database.ownerUrl);
    await startExecutions(server);
    const direct = await startWorker<BulkSender>(
      context,
      require.resolve('../workers/bulk-sender'),
    );
    const gathered = await startWorker<ClientSender>(
      context,
      require.resolve('../workers/client-sender'),
    );
    const postgres = await postmaster(context);
    const { url, key, pid } = server;

    const round = async (calls: number, name: string) => {
      const before = await endOfLedger(connection);
      const batches = await cpuOf({ server: pid, driver: gathered.pid, postgres }, () =>
        gathered.call('record', { url, key, calls, keyPrefix: `client-${name}` }),
      );
      await assertRecorded(connection, before + calls);
      const bulk = await direct.call('send', {
        url,
        key,
        lines: calls,
        calls: 'now',
        keyPrefix: `direct-${name}`,
        prepared: false,
      });
      await assertRecorded(connection, before + 2 * calls);
      return {
        batches: calls / batches.result.seconds,
        bulk: calls / bulk.seconds,
        cpu: costOf(batches.seconds, calls),
      };
    };

    const calls = context.quick ? 30_000 : 100_000;
    context.say('client: warming up');
    await round(10_000, 'warm-up');
    await checkpoint(connection);
    const rounds: Awaited<ReturnType<typeof round>>[] = [];
    for (let count = 1; count <= context.runs; count += 1) {
      context.say(`client: round ${count} of ${context.runs}, ${calls} calls`);
      rounds.push(await round(calls, String(count)));
    }
    return [
      compared(
        {
          figure: 'model calls through flowledger/client',
          unit: 'calls/s',
          budget: atLeast(0.8),
          note: `CPU time of one: ${costText(rounds.map(({ cpu }) => cpu))}`,
        },
        rounds.map(({ batches }) => batches),
        { name: 'the bulk route, with keys', samples: rounds.map(({ bulk }) => bulk) },
      ),
    ];
  },
};
