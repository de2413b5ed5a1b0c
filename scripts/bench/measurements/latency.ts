import { below, measured } from '../figures';
import { startFlowledger } from '../flowledger';
import { assertRecorded, endOfLedger, startExecutions, untilApplied } from '../ledger';
import type { OpenDrive } from '../load/open-loop';
import type { Measurement } from '../measurement';
import { checkpoint, connect, createDatabase } from '../postgres';
import { warmUp } from '../warm-up';
import { startWorker } from '../worker';
import type { Driver } from '../workers/driver';

const rate = 500;

/** How long one model call takes at a steady rate, as a caller sees it. */
export const latency: Measurement = {
  name: 'latency',
  summary: `${rate} record-llm-call a second on 50 connections, from the intended moment to the answer`,
  budget: 'p99 < 10 ms',
  run: async (context) => {
    const database = await createDatabase(context, 'latency');
    const server = await startFlowledger(context, { name: 'latency', database });
    const client = await connect(context, database.ownerUrl);
    await startExecutions(server);
    const driver = await startWorker<Driver>(context, require.resolve('../workers/driver'));
    let accepted = (await endOfLedger(client)) + (await warmUp(context, server));
    await untilApplied(client);
    await checkpoint(client);
    const seconds = context.quick ? 5 : 30;
    const drives: OpenDrive[] = [];
    for (let run = 1; run <= (context.quick ? 1 : context.runs); run += 1) {
      context.say(`latency: run ${run}, ${rate} calls/s for ${seconds} s`);
      const load = { rate, seconds, warmUpSeconds: 1, connections: 50, prefix: `run-${run}` };
      const drive = await driver.call('openLoop', { ...load, url: server.url, key: server.key });
      accepted += drive.accepted;
      await assertRecorded(client, accepted);
      drives.push(drive);
    }
    const of = (what: keyof OpenDrive): number[] => drives.map((drive) => drive[what]);
    const late = (what: 'lateP50' | 'lateP99'): string => Math.max(...of(what)).toFixed(1);
    const note = `of it the driver's own delay: p50 ${late('lateP50')} ms, p99 ${late('lateP99')} ms`;
    const figure = `one call at ${rate}/s, all parts`;
    return [
      measured({ figure: `${figure}, p50`, unit: 'ms', note }, of('p50')),
      measured({ figure: `${figure}, p99`, unit: 'ms', budget: below(10, 'ms') }, of('p99')),
      measured({ figure: `${figure}, p99.9`, unit: 'ms' }, of('p999')),
    ];
  },
};
