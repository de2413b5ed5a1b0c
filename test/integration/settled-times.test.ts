import type { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { connect } from '../../src/modules/database/clients';
import { newLineage } from '../../src/modules/ledger/append';
import type { Append } from '../../src/modules/ledger/append';
import { BatchWriter } from '../../src/modules/ledger/batch-writer';
import { instantOf } from '../../src/modules/ledger/instant';
import { judge, trusting } from '../../src/modules/ledger/judge';
import type { Judgement } from '../../src/modules/ledger/judge';
import type { LedgerRoom } from '../../src/modules/ledger/ledger-room';
import { SettledTimes } from '../../src/modules/ledger/settled-times';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { proveLedger } from '../harness/ledger-proof';
import { onceBuilt } from '../harness/past-moments';

let app: TestApp;
let other: Client;

beforeEach(async () => {
  app = await startApp();
  other = await connect(app.database.url);
});

afterEach(async () => {
  await other.end();
  await app.stop();
});

const heartbeat: Append = {
  stream: 'execution-slow',
  expected: 1,
  lineage: newLineage(),
  step: 1,
  grounds: [],
  events: [
    { eventId: uuid(), type: 'HeartbeatReceived', schemaVersion: 1, data: '{"reason":null}' },
  ],
  actor: 'test',
  deploymentId: null,
  correlationId: 'c',
  causationId: null,
  occurredAt: '2026-01-08T22:32:15.550791Z',
  idempotency: null,
};

const pastTime = async (after: number): Promise<string> => {
  await eventually('the clock has gone on', () => Promise.resolve(Date.now() > after + 1));
  return new Date(after + 1).toISOString();
};

const ask = async <Body>(path: string): Promise<Body> => {
  const { status, body } = await onceBuilt(() => app.client.get<Body>(path));
  expect({ path, status }).toEqual({ path, status: 200 });
  return body;
};

interface Events {
  readonly events: readonly { readonly position: string; readonly recordedAt: string }[];
}

const until = async (time: string): Promise<readonly string[]> => {
  const { events } = await ask<Events>(`/v1/events?limit=1000&until=${time}`);
  return events.map(({ position }) => position);
};

const asOf = async (time: string): Promise<string> =>
  (await ask<{ position: string }>(`/v1/projections/execution-status?asOf=${time}`)).position;

/** Lets nothing move the head's time, with an error of this SQLSTATE. */
const refuseBy = async (state: string): Promise<void> => {
  await app.database.sql(`
    create function refuse() returns trigger language plpgsql as $$
    begin raise exception 'the head stays as it is' using errcode = '${state}'; end $$`);
  await app.database.sql(
    'create trigger refuse before update on ledger.head for each row execute function refuse()',
  );
};

describe('a time that has only just gone by', () => {
  it('is told once what was being written then is there', async () => {
    await app.client.command('start-execution', { executionId: 'slow' });
    await other.query('begin');
    await other.query('select from ledger.head for update');
    const heard = app.client.command('heartbeat-execution', { executionId: 'slow' });
    await eventually('it is judged, and waits', async () => {
      const waiting = await app.database.sql(`
        select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
      return waiting.length === 1;
    });
    const time = await pastTime(Date.now());
    const asked = [until(time), ask<Events>(`/v1/events?since=${time}`)] as const;
    await app.client.get('/v1/events?limit=1'); // so that they are on their way
    await other.query('commit');
    const { position } = (await heard).body;
    const [before, { events: after }] = await Promise.all(asked);
    expect([before.includes(position), after]).toEqual([true, []]);
    expect([await until(time), await asOf(time)]).toEqual([before, position]);
  });

  it('stays what it was though something was judged before it that is written later', async () => {
    await app.client.command('start-execution', { executionId: 'slow' });
    const writer = new BatchWriter(other, { reach: () => null } as unknown as LedgerRoom);
    const head = await writer.head();
    const judgedAt = Date.now();
    const judgement = judge([heartbeat], head, trusting, instantOf(judgedAt));
    const time = await pastTime(judgedAt);
    const before = [await until(time), await asOf(time)];
    expect(await writer.commit(head, judgement)).toBe(false);
    const { outcomes } = await writer.commitHolding([heartbeat], (now, findings): Judgement =>
      judge([heartbeat], now, findings, instantOf(judgedAt)),
    );
    expect(outcomes).toMatchObject([{ kind: 'appended', recordedAt: instantOf(judgedAt + 1) }]);
    expect([await until(time), await asOf(time)]).toEqual(before);
    await proveLedger(app.database);
    expect((await app.client.command('heartbeat-execution', { executionId: 'slow' })).status).toBe(
      200,
    );
  });

  it('is asked for again later while what was being written then takes long', async () => {
    await app.client.command('start-execution', { executionId: 'slow' });
    await other.query('begin');
    await other.query('select from ledger.head for update');
    const time = await pastTime(Date.now());
    const { status, headers, body } = await app.client.get(`/v1/events?until=${time}`);
    expect([status, headers.get('retry-after'), body]).toMatchObject([
      503,
      '1',
      { code: 'unavailable', detail: expect.stringContaining('being written') },
    ]);
    expect((await app.client.get('/v1/events?until=2026-01-01')).status).toBe(200);
    await other.query('rollback');
    expect(await until(time)).not.toEqual([]);
  });

  it('is told as it is where the database only reads', async () => {
    await app.client.command('start-execution', { executionId: 'slow' });
    const all = await until(await pastTime(Date.now()));
    await refuseBy('25006');
    expect(await until(await pastTime(Date.now()))).toEqual(all);
  });

  it.each(['53100', '53300', '58030'])(
    'is not told where it cannot be settled: %s',
    async (state) => {
      await app.client.command('start-execution', { executionId: 'slow' });
      await refuseBy(state);
      const { status } = await app.client.get(`/v1/events?until=${await pastTime(Date.now())}`);
      expect(status).toBe(503);
    },
  );
});

it('leaves the time of the ledger alone where the clock of whoever asks is ahead of the database', async () => {
  await app.client.command('start-execution', { executionId: 'slow' });
  const headTime = async () =>
    (await app.database.sql('select recorded_at::text as at from ledger.head'))[0];
  const before = await headTime();
  const ahead = new Date(Date.now() + 3_600_000).toISOString();
  await expect(app.get(SettledTimes).settle(ahead)).rejects.toThrow(
    "the database's clock is behind",
  );
  expect(await headTime()).toEqual(before);
});
