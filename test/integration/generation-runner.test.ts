import { sum, text } from '../../src/projections/columns';
import { totals } from '../../src/projections/projection';
import type { Totals } from '../../src/projections/projection';
import type { StoredEvent } from '../../src/events/event-metadata';
import { connectPool } from '../../src/modules/database/clients';
import { Gap } from '../../src/modules/projector/batch';
import { GenerationRunner } from '../../src/modules/projector/generation-runner';
import {
  addCheckpointsSql,
  addGenerationSql,
  closeGatesSql,
  lockGenerationsSql,
} from '../../src/modules/projector/generation.sql';
import { applyToEach } from '../../src/modules/projector/apply-to-each';
import { partitionOf } from '../../src/modules/projector/partition';
import { createTablesSql } from '../../src/modules/projector/table';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';

const partitions = 4;

const beats = totals({
  name: 'beats',
  version: 1,
  summary: 'Beats',
  key: { stream: text() },
  measures: { beats: sum() },
  contributes: {
    HeartbeatReceived: ({ stream, data }) => {
      if (data.reason === 'refused') throw new Error('no fold for this');
      return [{ key: { stream }, add: { beats: 1n } }];
    },
  },
  time: 'stream',
  sort: 'stream',
  present: (row) => ({ ...row }),
  presented: {},
});

/** A stream of each partition. */
const streams = Array.from({ length: partitions }, (_, partition) => {
  const names = Array.from({ length: 100 }, (__, index) => `execution-${String(index)}`);
  return names.find((name) => partitionOf(name, partitions) === partition)!;
});

const eventAt = (position: number, partition: number, change: object = {}): StoredEvent => ({
  position: BigInt(position),
  stream: streams[partition]!,
  version: position,
  eventId: '01900000-0000-7000-8000-000000000000',
  type: 'HeartbeatReceived',
  schemaVersion: 1,
  data: { reason: null },
  deploymentId: 'initial',
  correlationId: 'one',
  causationId: null,
  actor: 'test',
  occurredAt: '2026-01-08T22:32:15.550791Z',
  recordedAt: '2026-01-08T22:32:15.550791Z',
  ...change,
});

/** Positions 1 to 12, the partitions in turn, beginning with partition 1. */
const ledger = Array.from({ length: 12 }, (_, index) => eventAt(index + 1, (index + 1) % 4));
const all = [0, 1, 2, 3];

let database: TestDatabase;
let pool: ReturnType<typeof connectPool>;

beforeEach(async () => {
  database = await freshDatabase();
  pool = connectPool(database.url, 4, { pipeline: true });
});

afterEach(async () => {
  await pool.end();
  await database.drop();
});

const newGeneration = async (id: string, projection: Totals): Promise<GenerationRunner> => {
  await pool.query(`create schema ${id}`);
  for (const sql of createTablesSql(id, projection)) await pool.query(sql);
  const { name, version } = projection;
  await pool.query(addGenerationSql, [id, name, version, 'building', null, null, null]);
  await pool.query(addCheckpointsSql, [id, partitions, 0]);
  const generation = {
    id,
    projection: name,
    version,
    rebuild: null,
    epoch: '0',
    without: null,
    state: 'building' as const,
  };
  return new GenerationRunner(pool, projection, generation, partitions);
};

describe('a generation', () => {
  let runner: GenerationRunner;

  beforeEach(async () => {
    runner = await newGeneration('g', beats);
  });

  /** How many events of each partition are in the rows. */
  const applied = async (): Promise<number[]> => {
    const rows = await database.sql<{ stream: string; beats: string }>('select * from g.beats');
    return streams.map((one) => Number(rows.find(({ stream }) => stream === one)?.beats ?? 0));
  };

  const checkpoints = async (): Promise<number[]> => {
    const reached = await runner.checkpoints(all);
    return all.map((partition) => Number(reached.get(partition)));
  };

  const parked = (): Promise<{ position: string; cause: string }[]> =>
    database.sql('select position, cause from ops.parked order by position');

  const fromKafka = (partition: number, after: number, ...events: StoredEvent[]) => ({
    partitions: [partition],
    after: BigInt(after),
    events,
  });

  it('applies a stretch of the ledger once, whatever is repeated', async () => {
    await runner.apply({ partitions: all, events: ledger.slice(0, 6) });
    await runner.apply({ partitions: all, events: ledger.slice(2, 10) });
    await runner.apply({ partitions: all, events: ledger });
    expect(await applied()).toEqual([3, 3, 3, 3]);
    expect(await checkpoints()).toEqual([12, 12, 12, 12]);
  });

  it('applies of the ledger only what is of the partitions asked for', async () => {
    await runner.apply({ partitions: [2], events: ledger });
    expect(await applied()).toEqual([0, 0, 3, 0]);
    await runner.apply({ partitions: [1, 3], events: ledger });
    expect(await applied()).toEqual([0, 3, 3, 3]);
    await runner.apply({ partitions: all, events: ledger });
    expect(await applied()).toEqual([3, 3, 3, 3]);
  });

  it('applies deliveries of several partitions, each up to its own end', async () => {
    const [one, two, , , five] = ledger;
    await runner.apply(fromKafka(1, 0, one!, five!), fromKafka(2, 0, two!));
    expect(await applied()).toEqual([0, 2, 1, 0]);
    expect(await checkpoints()).toEqual([0, 5, 2, 0]);
  });

  it('applies nothing where something before it is missing, and says in which partitions', async () => {
    const attempt = runner.apply(
      fromKafka(1, 0, ledger[0]!),
      fromKafka(2, 2, ledger[5]!),
      fromKafka(3, 3, ledger[6]!),
    );
    const gap: unknown = await attempt.catch((error: unknown) => error);
    expect(gap).toBeInstanceOf(Gap);
    expect((gap as Gap).partitions).toEqual([2, 3]);
    expect(await applied()).toEqual([0, 0, 0, 0]);
    expect(await checkpoints()).toEqual([0, 0, 0, 0]);
  });

  it('parks what it cannot apply or read, and goes on', async () => {
    const events = [...ledger];
    events[4] = eventAt(5, 1, { data: { reason: 'refused' } });
    events[7] = eventAt(8, 0, { type: 'NeverHeardOf' });
    await runner.apply({ partitions: all, events });
    expect(await applied()).toEqual([2, 2, 3, 3]);
    expect(await checkpoints()).toEqual([12, 12, 12, 12]);
    const left = [
      { position: '5', cause: expect.stringMatching(/no fold for this/) },
      { position: '8', cause: expect.stringMatching(/unknown type/) },
    ];
    expect(await parked()).toEqual(left);
    await runner.apply({ partitions: all, events });
    expect(await applied()).toEqual([2, 2, 3, 3]);
    expect(await parked()).toEqual(left);
  });

  it('parks nothing of a batch that is not applied', async () => {
    const refused = eventAt(5, 1, { data: { reason: 'refused' } });
    const attempt = runner.apply(
      fromKafka(1, 0, ledger[0]!, refused),
      fromKafka(2, 2, ledger[5]!), // event 2 is missing
    );
    await expect(attempt).rejects.toBeInstanceOf(Gap);
    expect(await parked()).toEqual([]);
    await runner.apply(fromKafka(1, 0, ledger[0]!, refused));
    expect(await parked()).toMatchObject([{ position: '5' }]);
    expect(await applied()).toEqual([0, 1, 0, 0]);
  });

  describe('told to leave out an event', () => {
    const [one, two] = ledger;
    const word = eventAt(13, 1, {
      type: 'ParkedEventsSkipped',
      data: { projection: 'beats', stream: two!.stream, positions: ['2'], reason: 'r' },
    });

    it('does not, where it has applied it', async () => {
      await runner.apply(fromKafka(2, 0, two!));
      await runner.apply(fromKafka(1, 0, one!, word));
      expect(await applied()).toEqual([0, 1, 1, 0]);
      expect(await parked()).toEqual([]);
    });

    it('does not, where it applies it in the same transaction', async () => {
      await runner.apply(fromKafka(2, 0, two!), fromKafka(1, 0, one!, word));
      expect(await parked()).toEqual([]);
    });

    it('does so until it has met it, where Kafka brings the word first', async () => {
      await runner.apply(fromKafka(1, 0, one!, word));
      expect(await parked()).toEqual([{ position: '2', cause: null }]);
      await runner.apply(fromKafka(2, 0, two!));
      expect(await applied()).toEqual([0, 1, 1, 0]);
    });
  });

  it('is right when several apply the same at the same time', async () => {
    await Promise.all([
      runner.apply({ partitions: all, events: ledger }),
      runner.apply({ partitions: [3], events: ledger }),
      runner.apply(fromKafka(1, 0, ledger[0]!, ledger[4]!, ledger[8]!)),
      runner.apply({ partitions: all, events: ledger.slice(0, 7) }),
    ]);
    expect(await applied()).toEqual([3, 3, 3, 3]);
    expect(await checkpoints()).toEqual([12, 12, 12, 12]);
  });

  it('lets no batch of the topic past whoever waits to have it alone', async () => {
    const waiting = async (): Promise<number> =>
      (
        await database.sql(`
          select from pg_locks join pg_stat_activity using (pid)
          where not granted and datname = current_database()`)
      ).length;
    const done: string[] = [];
    const [holder, cutover] = await Promise.all([pool.connect(), pool.connect()]);
    await holder.query('begin');
    await holder.query(
      `select from ops.partition_checkpoints where generation = 'g' and partition = 1 for update`,
    );
    const first = runner.apply(fromKafka(1, 0, ledger[0]!));
    await eventually('a batch under way', async () => (await waiting()) === 1);
    const alone = (async () => {
      await cutover.query('begin');
      for (const sql of [closeGatesSql, lockGenerationsSql]) await cutover.query(sql, [['g']]);
      done.push('alone');
    })();
    await eventually('one who wants it alone', async () => (await waiting()) === 2);
    const later = runner.apply(fromKafka(2, 0, ledger[1]!)).then(() => done.push('later'));
    await eventually('a batch that comes later', async () => (await waiting()) + done.length === 3);
    await holder.query('commit');
    await Promise.all([first, alone]);
    await cutover.query('commit');
    await later;
    for (const client of [holder, cutover]) client.release();
    expect(done).toEqual(['alone', 'later']);
    expect(await applied()).toEqual([0, 1, 1, 0]);
  });
});

describe('several generations', () => {
  const tolerant: Totals = {
    ...beats,
    contributes: {
      HeartbeatReceived: ({ stream }) => [{ key: { stream }, add: { beats: 1n } }],
    },
  };
  const batch = { partitions: all, events: ledger };

  const sums = async (id: string): Promise<number> => {
    const rows = await database.sql<{ beats: string }>(
      `select sum(beats) as beats from ${id}.beats`,
    );
    return Number(rows[0]?.beats);
  };

  /** How many transactions wrote the rows of these generations. */
  const transactions = async (...ids: string[]): Promise<number> => {
    const rows = ids.map((id) => `select xmin::text from ${id}.beats`).join(' union ');
    return (await database.sql(rows)).length;
  };

  it('are written in one transaction, each from where it is', async () => {
    const [one, two] = [await newGeneration('one', beats), await newGeneration('two', tolerant)];
    await one.apply({ partitions: all, events: ledger.slice(0, 8) });
    expect(await applyToEach(pool, [one, two], [batch], partitions)).toEqual(new Map());
    expect([await sums('one'), await sums('two')]).toEqual([12, 12]);
    expect(await transactions('one', 'two')).toBe(1);
    for (const runner of [one, two]) {
      expect([...(await runner.checkpoints(all)).values()]).toEqual([12n, 12n, 12n, 12n]);
    }
  });

  it('are written together where one of them parks', async () => {
    const [one, two] = [await newGeneration('one', beats), await newGeneration('two', tolerant)];
    const events = [...ledger];
    events[4] = eventAt(5, 1, { data: { reason: 'refused' } });
    const failed = await applyToEach(pool, [one, two], [{ partitions: all, events }], partitions);
    expect(failed).toEqual(new Map());
    expect([await sums('one'), await sums('two')]).toEqual([11, 12]);
    expect(await transactions('one', 'two')).toBe(1);
  });

  it('change nothing where the transaction of all fails at its last statement', async () => {
    const [one, two] = [await newGeneration('one', beats), await newGeneration('two', tolerant)];
    await database.sql('alter table two.beats add constraint few check (beats < 3) not valid');
    const failed = await applyToEach(pool, [one, two], [batch], partitions);
    expect([...failed.keys()]).toEqual([two]);
    expect([await sums('one'), await sums('two')]).toEqual([12, 0]);
    expect([...(await two.checkpoints(all)).values()]).toEqual([0n, 0n, 0n, 0n]);
  });
});
