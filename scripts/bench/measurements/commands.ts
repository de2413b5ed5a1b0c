import type { Client } from 'pg';
import { createNumberedTwin, createTwin } from '../baseline';
import type { Context } from '../context';
import { costOf, costText, cpuOf } from '../cpu';
import type { Cost } from '../cpu';
import { atLeast, compared, lower, measured } from '../figures';
import type { Row } from '../figures';
import { startFlowledger } from '../flowledger';
import type { Flowledger } from '../flowledger';
import { assertRecorded, endOfLedger, startExecutions, untilApplied } from '../ledger';
import type { Target } from '../load/calls';
import type { Drive } from '../load/samples';
import type { Measurement } from '../measurement';
import { checkpoint, connect, createDatabase, postmaster } from '../postgres';
import { startWorker } from '../worker';
import type { Worker } from '../worker';
import type { BareHttp } from '../workers/bare-http';
import type { Driver } from '../workers/driver';
import type { InsertService } from '../workers/insert-service';
import type { RawInserts } from '../workers/raw-inserts';

const httpConnections = 64;
const databaseConnections = 32;

interface Time {
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/** One of those that are compared. */
interface Contender {
  readonly name: 'api' | 'raw' | 'service' | 'whole' | 'bare';
  /** Whose CPU time is told, besides PostgreSQL's. */
  readonly processes: Readonly<Record<string, number>>;
  /** Drives it for a while and lets it come to rest. */
  readonly drive: (time: Time, prefix: string) => Promise<Drive>;
}

const overHttp =
  (driver: Worker<Driver>, { url, key }: Omit<Target, 'prefix'>): Contender['drive'] =>
  (time, prefix) =>
    driver.call('closedLoop', { url, key, ...time, prefix, connections: httpConnections });

/** Drives Flowledger; what it says it accepted is held against its ledger. */
const overLedger = async (
  driver: Worker<Driver>,
  server: Flowledger,
  ledger: Client,
): Promise<Contender['drive']> => {
  const drive = overHttp(driver, server);
  let accepted = await endOfLedger(ledger);
  return async (time, prefix) => {
    const driven = await drive(time, prefix);
    accepted += driven.accepted;
    await assertRecorded(ledger, accepted);
    return driven;
  };
};

/** Flowledger twice: taking commands only, as the baselines do, and with all its parts as by default. */
const flowledgers = async (
  context: Context,
  driver: Worker<Driver>,
): Promise<{ api: Contender; whole: Contender; client: Client; ownerUrl: string }> => {
  const database = await createDatabase(context, 'commands');
  const other = await createDatabase(context, 'commands_all');
  const api = await startFlowledger(context, { name: 'commands-api', database, parts: 'api' });
  const whole = await startFlowledger(context, { name: 'commands-all', database: other });
  const client = await connect(context, database.ownerUrl);
  const otherClient = await connect(context, other.ownerUrl);
  await startExecutions(api);
  await startExecutions(whole);
  const driveApi = await overLedger(driver, api, client);
  const driveWhole = await overLedger(driver, whole, otherClient);
  return {
    client,
    ownerUrl: database.ownerUrl,
    api: {
      name: 'api',
      processes: { server: api.pid, driver: driver.pid },
      drive: driveApi,
    },
    whole: {
      name: 'whole',
      processes: { server: whole.pid, driver: driver.pid },
      drive: async (time, prefix) => {
        const driven = await driveWhole(time, prefix);
        await untilApplied(otherClient);
        return driven;
      },
    },
  };
};

const contenders = async (context: Context): Promise<Contender[]> => {
  const driver = await startWorker<Driver>(context, require.resolve('../workers/driver'));
  const { api, whole, client, ownerUrl } = await flowledgers(context, driver);
  const raw = await startWorker<RawInserts>(context, require.resolve('../workers/raw-inserts'));
  const service = await startWorker<InsertService>(
    context,
    require.resolve('../workers/insert-service'),
  );
  const bare = await startWorker<BareHttp>(context, require.resolve('../workers/bare-http'));
  const baseline = { url: ownerUrl, connections: databaseConnections };
  await raw.call('open', { ...baseline, table: await createTwin(client, 'raw') });
  const table = await createNumberedTwin(client, 'service');
  const { url: serviceUrl } = await service.call('open', { ...baseline, table });
  const { url: bareUrl } = await bare.call('open', undefined);
  await checkpoint(client);
  return [
    api,
    { name: 'raw', processes: { client: raw.pid }, drive: (time) => raw.call('run', time) },
    {
      name: 'service',
      processes: { server: service.pid, driver: driver.pid },
      drive: overHttp(driver, { url: serviceUrl, key: 'none' }),
    },
    whole,
    {
      name: 'bare',
      processes: { server: bare.pid, driver: driver.pid },
      drive: overHttp(driver, { url: bareUrl, key: 'none' }),
    },
  ];
};

/** What one contender came to: its drives, and the CPU time of one command in each. */
interface Result {
  readonly drives: Drive[];
  readonly costs: Cost[];
}

type Results = Readonly<Record<Contender['name'], Result>>;

/** By commands rather than by time: it is so many calls, not seconds, until the code is compiled. */
const warmUp = async (context: Context, { name, drive }: Contender): Promise<void> => {
  const enough = context.quick
    ? { commands: 10_000, drives: 5 }
    : { commands: 100_000, drives: 20 };
  let commands = 0;
  for (let count = 1; count <= enough.drives && commands < enough.commands; count += 1) {
    context.say(`commands: warming up ${name}`);
    const time = { warmUpSeconds: 0, seconds: context.quick ? 0.7 : 2 };
    commands += (await drive(time, `warm-up-${count}`)).accepted;
  }
};

const compete = async (context: Context): Promise<Results> => {
  const postgres = await postmaster(context);
  const all = await contenders(context);
  const time = context.quick
    ? { warmUpSeconds: 0.2, seconds: 1 }
    : { warmUpSeconds: 1, seconds: 8 };
  for (const contender of all) await warmUp(context, contender);
  const results = Object.fromEntries(
    all.map(({ name }): [string, Result] => [name, { drives: [], costs: [] }]),
  ) as unknown as Results;
  for (let round = 1; round <= context.runs; round += 1) {
    for (const { name, processes, drive } of all) {
      context.say(`commands: round ${round} of ${context.runs}, ${name}, ${time.seconds} s`);
      const { result, seconds } = await cpuOf({ ...processes, postgres }, () =>
        drive(time, `round-${round}`),
      );
      results[name].drives.push(result);
      results[name].costs.push(costOf(seconds, result.accepted));
    }
  }
  return results;
};

const cpuNote = ({ costs }: Result): string => `CPU time of one: ${costText(costs)}`;

const rowsOf = (results: Results): Row[] => {
  const of = (name: Contender['name'], what: keyof Drive): number[] =>
    results[name].drives.map((drive) => drive[what]);
  const unit = 'commands/s';
  const raw = { name: 'raw inserts, 32 connections', samples: of('raw', 'perSecond') };
  const service = (what: keyof Drive): { name: string; samples: number[] } => ({
    name: 'Fastify + zod + INSERT',
    samples: of('service', what),
  });
  const bare = { name: 'bare NestJS + Fastify + zod', samples: of('bare', 'perSecond') };
  const api = of('api', 'perSecond');
  const whole = of('whole', 'perSecond');
  const figure = 'commands';
  const all = 'commands, all parts';
  return [
    compared({ figure, unit, budget: atLeast(1), note: cpuNote(results.api) }, api, raw),
    compared({ figure, unit, budget: atLeast(2.5) }, api, service('perSecond')),
    compared(
      { figure: `${figure}, p99`, unit: 'ms', budget: lower },
      of('api', 'p99'),
      service('p99'),
    ),
    compared({ figure: `${figure}, p50`, unit: 'ms' }, of('api', 'p50'), service('p50')),
    compared({ figure, unit }, api, bare),
    compared({ figure: all, unit, note: cpuNote(results.whole) }, whole, raw),
    compared({ figure: all, unit }, whole, service('perSecond')),
    compared({ figure: `${all}, p99`, unit: 'ms' }, of('whole', 'p99'), service('p99')),
    measured(
      { figure: 'raw inserts, p50', unit: 'ms', note: cpuNote(results.raw) },
      of('raw', 'p50'),
    ),
    measured({ figure: 'raw inserts, p99', unit: 'ms' }, of('raw', 'p99')),
    measured(
      { figure: 'Fastify + zod + INSERT', unit, note: cpuNote(results.service) },
      of('service', 'perSecond'),
    ),
    measured(
      { figure: 'bare NestJS + Fastify + zod', unit, note: cpuNote(results.bare) },
      of('bare', 'perSecond'),
    ),
  ];
};

/** Durable single commands over HTTP, against what PostgreSQL does without it, and what a user would write. */
export const commands: Measurement = {
  name: 'commands',
  summary: 'durable record-llm-call over HTTP from 64 connections, each with an Idempotency-Key',
  budget: '>= 1.0 x raw prepared inserts; >= 2.5 x Fastify + zod + INSERT, p99 lower',
  run: async (context) => rowsOf(await compete(context)),
};
