import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '../../../src/modules/cli/amounts';
import { projections } from '../../../src/projections';
import { get, post } from '../api';
import type { Context } from '../context';
import { below, compared, measured } from '../figures';
import type { Row } from '../figures';
import type { Flowledger } from '../flowledger';
import type { OpenDrive } from '../load/open-loop';
import type { Measurement } from '../measurement';
import { scalar } from '../postgres';
import { warmUp } from '../warm-up';
import { startWorker } from '../worker';
import type { Worker } from '../worker';
import type { Driver } from '../workers/driver';
import { busyYearOf, yearOf } from '../year';
import type { Year } from '../year';

const lookMilliseconds = 50;
const reason = 'the bench';

const keptSql = `select count(*) from ops.generations where state = 'warm'`;

interface Told {
  readonly state: string;
  readonly reason?: string | null;
  readonly fault?: string | null;
}

interface RolledBack extends Told {
  readonly seconds: number;
  readonly steps: readonly { readonly step: string; readonly seconds: number }[];
  readonly failure: { readonly cause: string } | null;
}

/** Looks until it is something else than running. */
const untilOver = async <T extends Told>(server: Flowledger, path: string): Promise<T> => {
  for (;;) {
    const found = (await get(server, path)) as T;
    if (found.fault) throw new Error(`${path}: ${found.fault}`);
    if (found.state !== 'running') return found;
    await delay(lookMilliseconds);
  }
};

const command = (server: Flowledger, name: string, data: object): Promise<unknown> =>
  post(server, `/v1/commands/${name}`, data);

const rebuildAll = async (server: Flowledger, rebuildId: string): Promise<void> => {
  const names = projections.map(({ name }) => name);
  await command(server, 'start-rebuild', { rebuildId, projections: names });
  const { state } = await untilOver(server, `/v1/rebuilds/${rebuildId}`);
  if (state !== 'completed') throw new Error(`${rebuildId} is ${state}`);
};

const goLive = async (server: Flowledger, deploymentId: string): Promise<void> => {
  const nothing = { checklist: [], requiredSignOffs: [], requiredGates: [] };
  await command(server, 'plan-deployment', { deploymentId, version: '1', ...nothing });
  await command(server, 'decide-deployment', { deploymentId, verdict: 'go', reason });
  await command(server, 'stage-deployment', { deploymentId });
  for (const traffic of [50, 100]) {
    await command(server, 'promote-deployment', { deploymentId, traffic });
  }
  await command(server, 'complete-deployment', { deploymentId });
};

const rollBack = async (server: Flowledger, deploymentId: string): Promise<RolledBack> => {
  const rollbackId = `back-${deploymentId}`;
  await command(server, 'start-rollback', { rollbackId, deploymentId, reason });
  const found = await untilOver<RolledBack>(server, `/v1/rollbacks/${rollbackId}`);
  if (found.state !== 'completed') throw new Error(found.failure?.cause ?? found.state);
  return found;
};

const stepsOf = ({ steps }: RolledBack): string =>
  steps.map(({ step, seconds }) => `${step} ${seconds.toFixed(2)} s`).join(', ');

interface Warm {
  readonly rolledBack: RolledBack[];
  readonly without: OpenDrive[];
  readonly beside: OpenDrive[];
}

/** Deployments that are rolled back while model calls go on, to generations that are warm. */
const measureWarm = async (context: Context, { serve }: Year): Promise<Warm> => {
  const server = await serve(context, 'rollback');
  await goLive(server, 'd0');
  await warmUp(context, server);
  const driver: Worker<Driver> = await startWorker(context, require.resolve('../workers/driver'));
  const load = context.quick ? { rate: 200, seconds: 6 } : { rate: 500, seconds: 20 };
  const drive = (prefix: string): Promise<OpenDrive> => {
    const { url, key } = server;
    return driver.call('openLoop', {
      url,
      key,
      ...load,
      warmUpSeconds: 1,
      connections: 50,
      prefix,
    });
  };
  const found: Warm = { rolledBack: [], without: [], beside: [] };
  for (let run = 1; run <= (context.quick ? 1 : context.runs); run += 1) {
    context.say(`rollback: round ${run}, to warm generations`);
    const deploymentId = `d${String(run)}`;
    await goLive(server, deploymentId);
    await rebuildAll(server, `under-${deploymentId}`);
    found.without.push(await drive(`without-${run}`));
    const calls = drive(`beside-${run}`);
    await delay((load.seconds * 1_000) / 3);
    found.rolledBack.push(await rollBack(server, deploymentId));
    found.beside.push(await calls);
  }
  await server.stop();
  return found;
};

/** One whose generations before are gone. */
const measureRebuilt = async (context: Context, { client, serve }: Year): Promise<RolledBack> => {
  context.say('rollback: once more, by a rebuild');
  const before = await serve(context, 'rollback');
  await goLive(before, 'gone');
  await rebuildAll(before, 'under-gone');
  await before.stop();
  const server = await serve(context, 'rollback', { FLOWLEDGER_WARM_BYTES: '1' });
  while (Number(await scalar(client, keptSql)) > 0) await delay(lookMilliseconds);
  return rollBack(server, 'gone');
};

const rowsOf = (context: Context, warm: Warm, rebuilt: RolledBack): Row[] => {
  const models = counted(projections.length, 'read model');
  const rate = context.quick ? 200 : 500;
  const [last] = warm.rolledBack.slice(-1);
  return [
    measured(
      {
        figure: `rollback, ${models} repointed`,
        unit: 's',
        budget: below(1, 's'),
        ...(last === undefined ? {} : { note: stepsOf(last) }),
      },
      warm.rolledBack.map(({ seconds }) => seconds),
    ),
    measured(
      {
        figure: `rollback, ${models} rebuilt`,
        unit: 's',
        budget: below(60, 's'),
        note: stepsOf(rebuilt),
      },
      [rebuilt.seconds],
    ),
    compared(
      { figure: `one call at ${rate}/s beside a rollback, p99`, unit: 'ms' },
      warm.beside.map(({ p99 }) => p99),
      { name: 'without', samples: warm.without.map(({ p99 }) => p99) },
    ),
  ];
};

const measure = async (context: Context, year: Year): Promise<Row[]> => {
  const warm = await measureWarm(context, year);
  return rowsOf(context, warm, await measureRebuilt(context, year));
};

/** How long a rollback takes, and what commands feel of it. */
export const rollback: Measurement = {
  name: 'rollback',
  summary:
    'start-rollback on a year of a million calls: to warm generations beside 500 calls/s, by rebuild',
  budget: '< 1 s; by rebuild < 60 s',
  run: async (context) => measure(context, await yearOf(context)),
};

/** The same where there is much more to bring back. */
export const rollbackAtScale: Measurement = {
  name: 'rollback-at-scale',
  summary: 'rollback on a year of ten million calls; not part of a run of everything',
  budget: '< 1 s; by rebuild < 60 s',
  run: async (context) => measure(context, await busyYearOf(context)),
};
