import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { eventText, executionId, executions } from '../load/calls';
import { Samples, cpuShare } from '../load/samples';
import type { Drive } from '../load/samples';
import { serveTasks } from '../tasks';

/*
 * The baseline without HTTP, without validation, without a decision, without idempotency: one named
 * prepared statement a row, each its own durable transaction, as fast as `pg` can from 32 connections.
 */

interface Opening {
  readonly url: string;
  readonly table: string;
  readonly connections: number;
}

interface Load {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

const digest = randomBytes(32);
const texts = Array.from({ length: executions }, (_, index) => eventText(index));
const versions = new Array<number>(executions).fill(0);

let clients: Client[] = [];
let text = '';
let position = 0;

const insert = async (client: Client): Promise<void> => {
  position += 1;
  const index = position % executions;
  const version = (versions[index] ?? 0) + 1;
  versions[index] = version;
  const now = new Date().toISOString();
  await client.query({
    name: 'insert',
    text,
    values: [
      position,
      `execution-${executionId(index)}`,
      version,
      uuid(),
      'LlmCallRecorded',
      2,
      texts[index],
      'initial',
      uuid(),
      null,
      'bench',
      now,
      now,
      digest,
    ],
  });
};

const tasks = {
  open: async ({ url, table, connections }: Opening): Promise<void> => {
    text = `insert into ${table} (position, stream, version, event_id, type, schema_version, data, deployment_id,
      correlation_id, causation_id, actor, occurred_at, recorded_at, digest)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`;
    clients = await Promise.all(
      Array.from({ length: connections }, async () => {
        const client = new Client({ connectionString: url });
        await client.connect();
        return client;
      }),
    );
  },

  run: async ({ warmUpSeconds, seconds }: Load): Promise<Drive> => {
    const samples = new Samples();
    const before = position;
    const from = performance.now() + warmUpSeconds * 1000;
    const until = from + seconds * 1000;
    const share = delay(warmUpSeconds * 1000).then(() => cpuShare());
    const drive = async (client: Client): Promise<void> => {
      for (let started = performance.now(); started < until; started = performance.now()) {
        await insert(client);
        const now = performance.now();
        if (now >= from && now < until) samples.add(now - started);
      }
    };
    await Promise.all(clients.map(drive));
    const driverCpu = (await share)();
    return { ...samples.summary(seconds), accepted: position - before, driverCpu };
  },
};

export type RawInserts = typeof tasks;

serveTasks(tasks);
