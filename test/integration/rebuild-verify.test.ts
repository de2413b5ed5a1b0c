/* A generation is proven by the ledger before it goes live: one that is false never does. */
import { Meter } from '../../src/modules/proof/meter';
import type { Proof } from '../../src/modules/proof/proof.schemas';
import { Snapshot } from '../../src/modules/database/snapshot';
import { Verifying } from '../../src/modules/rebuild/verify/verifying';
import { refoldBounds } from '../../src/modules/rebuild/verify/refold-plan';
import type { RefoldBounds } from '../../src/modules/rebuild/verify/refold-plan';
import type { Verification } from '../../src/modules/rebuild/verify/verification.schemas';
import { projections } from '../../src/projections';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { deployerOf } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { generationsOf, operatorOf, schemasOf } from '../harness/rebuilds';
import type { Operator } from '../harness/rebuilds';
import { expectExact } from '../harness/read-models';
import { append, histories, record } from '../harness/recorded-histories';
import { seedOf } from '../harness/seed';
import { work } from '../harness/work';

const seed = seedOf('rebuild verify');

let app: TestApp;
let operator: Operator;

beforeEach(async () => {
  app = await startApp();
  operator = operatorOf(app.client, app.keys.operator);
});
afterEach(() => app.stop());

/**
 * Has a statement run on the generation of a rebuild when it has been filled and has caught up: `new`
 * names its schema.
 */
const tamper = async (statement: string): Promise<void> => {
  const quoted = statement.replaceAll("'", "''");
  await app.database.sql(`
    create function ops.tamper() returns trigger language plpgsql security definer as $$ begin
      execute format('${quoted}', new.generation);
      return new;
    end $$`);
  await app.database.sql(`
    create trigger tamper after insert on ops.rebuild_steps
    for each row when (new.step = 'join') execute function ops.tamper()`);
};

const tamperings: readonly (readonly [
  what: string,
  of: string,
  statement: string,
  named: RegExp,
])[] = [
  [
    'a field of a row',
    'execution-status',
    `update %I.execution_status set topic = 'by hand' where execution_id = 'run-3'`,
    /run-3: topic is by hand; the events make it Überschrift/,
  ],
  [
    'a row that is gone',
    'execution-status',
    `delete from %I.execution_status where execution_id = 'run-3'`,
    /execution-run-3 has no row, but 11 events that count/,
  ],
  [
    'a row of no stream',
    'execution-status',
    `insert into %1$I.execution_status select (jsonb_populate_record(t, '{"execution_id": "nobody"}')).*
       from %1$I.execution_status t where execution_id = 'run-3'`,
    /execution-nobody has a row, but no event that counts/,
  ],
  [
    'an event that a row lacks',
    'execution-status',
    `update %I.execution_status set stream_version = 10 where execution_id = 'run-3'`,
    /the row of execution-run-3 stands at version 10; 11 of its events count/,
  ],
  [
    'a sum that counts',
    'roi-totals',
    `update %I.roi_totals set calls = calls + 1 where execution = 'run-3' and agent = 'writer'`,
    /calls adds up to 201; the events that count make it 200/,
  ],
  [
    'a sum of money',
    'roi-totals',
    `update %I.roi_totals set cost_nano_usd = cost_nano_usd + 1 where execution = 'run-3' and agent = 'writer'`,
    /1 rows of roi_totals_v\d+_2.roi_totals_rollup are not what the rows of .* add up to/,
  ],
  [
    'a sum without its detail',
    'roi-totals',
    `update %I.roi_totals_rollup set input_tokens = 7 where model = 'gpt-4o' and agent = 'writer'`,
    /1 rows of roi_totals_v\d+_2.roi_totals_rollup are not what the rows of .* add up to/,
  ],
];

describe('a rebuild whose generation is tampered with before it is proven', () => {
  it.each(tamperings)(
    'fails by %s, and leaves what is live: %s',
    async (_, name, statement, named) => {
      await work(app.client, { executions: 20, calls: 10 });
      await expectExact(app.database);
      const before = await schemasOf(app.database);
      await tamper(statement);
      const rebuildId = await operator.start({ projections: [name] });
      const { reason, projections: parts } = await operator.reaches(rebuildId, 'failed');
      expect(reason).toContain(`${name} was built otherwise than the ledger makes it`);
      const { verification, differences } = parts[0]!;
      expect(verification).toMatchObject({ holds: false, refolded: { of: 'everything' } });
      expect(verification?.faults.join('\n')).toMatch(named);
      expect(differences).toBeNull();
      const accepted = await operator.issue('cut-over-rebuild', {
        rebuildId,
        accept: [name],
        reason: 'it looks fine',
      });
      expect(accepted).toMatchObject({ status: 409, body: { code: 'rebuild-ended' } });
      await eventually('it is dropped', async () => {
        expect(await schemasOf(app.database)).toEqual(before);
        return true;
      });
      expect((await generationsOf(app.database, name)).map(({ state }) => state)).toEqual(['live']);
      await expectExact(app.database);
    },
  );

  it('names all that are false, and takes none of the others live', async () => {
    await work(app.client, { executions: 5, calls: 4 });
    await tamper(`do $do$ begin
      if to_regclass('%1$I.roi_totals') is not null then update %1$I.roi_totals set calls = 0; end if;
      if to_regclass('%1$I.execution_status') is not null then update %1$I.execution_status set calls = 9; end if;
    end $do$`);
    const rebuildId = await operator.start({
      projections: ['roi-totals', 'execution-status', 'quality-gates'],
      dryRun: true,
    });
    const { reason, projections: parts } = await operator.reaches(rebuildId, 'failed');
    expect(reason).toMatch(/execution-status was built .*; roi-totals was built /);
    const held = parts.map(({ projection, verification }) => [projection, verification?.holds]);
    expect(Object.fromEntries(held)).toEqual({
      'roi-totals': false,
      'execution-status': false,
      'quality-gates': true,
    });
  });
});

/** Work of chance under two deployments, of which one is void; and streams with events that nobody can read. */
const recordWork = async (): Promise<void> => {
  const deployer = deployerOf(app.client, app.keys.operator);
  const goLive = async (deploymentId: string): Promise<void> => {
    await deployer.promoted(deploymentId);
    await deployer.take(['complete-deployment', { deploymentId }]);
  };
  await goLive('d1');
  for (const [index, events] of histories(8, seed).entries()) {
    const under = events.map((event) => ({
      ...event,
      deploymentId: event.version > 1 + (index % 3) ? 'd2' : 'd1',
    }));
    await record(app, under, String(index));
  }
  await goLive('d2');
  await work(app.client, { executions: 6, calls: 5, prefix: 'void' });
  await deployer.take([
    'start-rollback',
    { rollbackId: 'r1', deploymentId: 'd2', mode: 'data', reason: 'the gates fell' },
  ]);
  await eventually('what is void is left out', async () => {
    const { body } = await app.client.get<{ state: string }>('/v1/rollbacks/r1');
    return body.state === 'completed';
  });
  await work(app.client, { executions: 6, calls: 5, prefix: 'odd' });
  const odd = { schemaVersion: 1, data: { reason: null } };
  await append(app, [
    { ...odd, stream: 'execution-odd-1', version: 7, type: 'ExecutionExploded' },
    { ...odd, stream: 'execution-odd-1', version: 8, type: 'HeartbeatReceived' },
    { ...odd, stream: 'execution-new', version: 1, type: 'ExecutionExploded' },
    { ...odd, stream: 'execution-new', version: 2, type: 'HeartbeatReceived' },
    { ...odd, stream: 'execution-odd-2', version: 7, type: 'ExecutionExploded' },
  ]);
  await eventually('it is parked', async () => {
    const { body } = await app.client.get<{ rows: object[] }>(
      '/v1/projections/parked-streams?projection=execution-status&stream=execution-odd-2',
    );
    return body.rows.length > 0;
  });
  const skipped = { projection: 'execution-status', stream: 'execution-odd-2', reason: 'a test' };
  expect((await operator.issue('skip-parked', skipped)).status).toBe(200);
};

const verified = async (
  generation: string,
  name: string,
  bounds: Partial<RefoldBounds> = {},
): Promise<Verification> => {
  const projection = projections.find((one) => one.name === name)!;
  const [pass] = await app.database.sql<{ through: string }>('select through from ops.rebuilds');
  const snapshot = await Snapshot.open(app.database.url, AbortSignal.timeout(60_000));
  try {
    const verifying = new Verifying(null, { ...refoldBounds, ...bounds });
    const filled = { projection, generation, through: BigInt(pass?.through ?? 0) };
    return await verifying.verify(snapshot, filled, new Meter());
  } finally {
    await snapshot.close();
  }
};

describe('the proof of a generation', () => {
  it('holds where work is void and streams are parked, and has the content that a proof of the live one has', async () => {
    await recordWork();
    const names = projections.map(({ name }) => name);
    const rebuildId = await operator.start({ projections: names, cutover: 'manual' });
    const { projections: parts } = await operator.reaches(rebuildId, 'waiting');
    for (const { projection, verification } of parts) {
      expect({ projection, faults: verification?.faults }).toEqual({ projection, faults: [] });
      expect(verification).toMatchObject({ holds: true, refolded: { of: 'everything' } });
    }
    const found = new Map(parts.map((one) => [one.projection, one.verification]));
    expect(found.get('execution-status')?.streams).toBeGreaterThan(0);
    expect(found.get('roi-totals')?.streams).toBeNull();
    const { body: proof } = await app.client.get<Proof>('/v1/verify');
    for (const name of ['execution-status', 'roi-totals', 'quality-gates', 'style-usage']) {
      const live = proof.projections.find(({ projection }) => projection === name);
      expect(found.get(name)).toMatchObject({ rows: live?.rows, contentHash: live?.contentHash });
    }
  });

  it.each<[Verification['refolded']['of'], string, Partial<RefoldBounds>, string, RegExp]>([
    ['streams', 'execution-status', { folded: 30 }, `topic = 'by hand'`, /topic is by hand/],
    ['streams', 'roi-totals', { folded: 30 }, 'duration_ms = 1', /durationMs is 1; the events/],
    ['keys', 'quality-gates', { folded: 3, keys: 4 }, 'passed = 77', /passed is 77; the events/],
    ['keys', 'quality-gates', { rows: 5, keys: 4 }, 'passed = 77', /passed is 77; the events/],
    ['nothing', 'quality-gates', { folded: 1, read: 2 }, 'scored = 77', /scored adds up to/],
  ])('folds %s of %s where it is large, within bounds', async (of, name, bounds, change, named) => {
    await recordWork();
    const rebuildId = await operator.start({ projections: [name], cutover: 'manual' });
    const { projections: parts } = await operator.reaches(rebuildId, 'waiting');
    const whole = parts[0]!.verification;
    const generation = parts[0]!.generation!;
    const sampled = await verified(generation, name, bounds);
    expect(sampled).toMatchObject({ holds: true, refolded: { of }, rows: whole?.rows });
    expect(sampled.refolded.rows).toBeLessThan(whole?.rows ?? 0);
    if (of === 'streams') expect(sampled.refolded.events).toBeLessThan(whole?.refolded.events ?? 0);
    if (of !== 'nothing') expect(sampled.refolded.rows).toBeGreaterThan(0);
    const table = `${generation}.${name.replace('-', '_')}`;
    await app.database.sql(`update ${table} set ${change}`);
    const after = await verified(generation, name, bounds);
    expect(after).toMatchObject({ holds: false });
    expect(after.faults.join('\n')).toMatch(named);
  });
});
