/* Sealed partitions of the ledger in files: written, proven, read by a rebuild, and what damage is told of. */
import {
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { archiveVerb } from '../../scripts/archive';
import { readBlocks } from '../../src/modules/archive/archive-blocks';
import type { ArchiveManifest } from '../../src/modules/archive/archive-manifest';
import type { ArchiveProgress, ArchiveProof } from '../../src/modules/archive/archive.schemas';
import { projections } from '../../src/projections';
import { fieldsOf } from '../../src/modules/database/copy-text';
import { whole } from '../../src/modules/rebuild/bulk/bulk-job';
import { LedgerLine } from '../../src/modules/rebuild/bulk/ledger-line';
import { conditionSql } from '../../src/modules/rebuild/bulk/ledger-slices';
import { filterOf } from '../../src/modules/rebuild/bulk/line-filter';
import { hashText } from '../../src/modules/rebuild/bulk/stream-hash';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { positionOf, proveLedger } from '../harness/ledger-proof';
import { histories, record } from '../harness/recorded-histories';
import { operatorOf } from '../harness/rebuilds';
import { seedOf } from '../harness/seed';
import { work } from '../harness/work';
import { leadingTo, runVerb } from './run-verb';

const seed = seedOf('archive');

let folder: string;
let app: TestApp;

const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
  app = await startApp({
    env: { FLOWLEDGER_PARTITION_EVENTS: '500', FLOWLEDGER_ARCHIVE: folder, ...env },
  });
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(async () => {
  await app.stop();
  await rm(folder, { recursive: true, force: true });
});

const issue = (name: string, body: object) =>
  app.client.command(name, body, { key: app.keys.operator });

const reaches = (partition: string, state: ArchiveProgress['state']): Promise<ArchiveProgress> =>
  eventually(`the export of ${partition} ${state}`, async () => {
    const { body } = await app.client.get<ArchiveProgress>(`/v1/archives/${partition}`);
    if (body.state === state) return body;
    throw new Error(JSON.stringify(body));
  });

const archived = async (...partitions: readonly string[]): Promise<void> => {
  for (const partition of partitions) {
    expect((await issue('start-archive', { partition })).status).toBe(200);
    await reaches(partition, 'completed');
  }
};

const proof = async (): Promise<ArchiveProof> =>
  (await app.client.get<ArchiveProof>('/v1/archives/proof')).body;

const manifestOf = async (partition: string): Promise<ArchiveManifest> =>
  JSON.parse(await readFile(join(folder, partition, 'manifest.json'), 'utf8')) as ArchiveManifest;

/** Executions, streams made by chance and an event that nobody can read: more than two partitions of them. */
const recordAll = async (): Promise<void> => {
  await work(app.client, { executions: 10, calls: 60 });
  for (const [index, events] of histories(12, seed).entries()) {
    await record(app, events, String(index));
  }
  await work(app.client, { executions: 10, calls: 40, prefix: 'later' });
};

const changeByte = async (path: string, at: number): Promise<void> => {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
};

test('partitions are made ahead of need, and a batch may reach over several of them', async () => {
  await start({ FLOWLEDGER_PARTITION_EVENTS: '100' });
  const room = async (): Promise<number> => {
    const [row] = await app.database.sql<{ room: number }>(
      `select (select max(last_position) from ledger.partitions) - position as room from ledger.head`,
    );
    return Number(row?.room);
  };
  expect(await room()).toBeGreaterThan(0);
  const largest = async (): Promise<number> => {
    const [row] = await app.database.sql<{ events: number }>(
      `select coalesce(max(last_position - first_position + 1), 0)::integer as events from ledger.commits`,
    );
    return row?.events ?? 0;
  };
  // Until a commit reached over a whole partition.
  for (let round = 1; (await largest()) <= 200; round += 1) {
    await work(app.client, { executions: 20, calls: 60, prefix: `round-${String(round)}` });
  }
  await eventually('room ahead of the head', async () => (await room()) >= 50);
  await proveLedger(app.database);
});

test('two processes come to the end of the room at once, and no append fails', async () => {
  await start({ FLOWLEDGER_PARTITION_EVENTS: '100' });
  const other = await startApp({
    database: app.database,
    env: { FLOWLEDGER_PARTITION_EVENTS: '100' },
  });
  try {
    await Promise.all([
      work(app.client, { executions: 20, calls: 30, prefix: 'here' }),
      work(other.client, { executions: 20, calls: 30, prefix: 'there' }),
    ]);
  } finally {
    await other.stop();
  }
  await proveLedger(app.database);
  const gaps = await app.database.sql(
    `select name from ledger.partitions p where first_position > 1
     and not exists (select from ledger.partitions b where b.last_position = p.first_position - 1)`,
  );
  expect(gaps).toEqual([]);
});

test('a stream cannot be begun twice across partitions, nor a version written twice', async () => {
  await start({ FLOWLEDGER_PARTITION_EVENTS: '100' });
  const begun = await app.client.command('start-execution', { executionId: 'early' });
  await work(app.client, { executions: 10, calls: 30 });
  const again = await app.client.command('start-execution', { executionId: 'early' });
  expect([begun.status, again.status]).toEqual([200, 409]);
  const behind = await app.client.command('heartbeat-execution', { executionId: 'early' });
  expect(behind.body).toMatchObject({ version: 2 });
});

test('the application’s role may select and insert on partitions, and nothing else', async () => {
  await start();
  const rows = await app.database.sql(
    `select inhrelid::regclass::text as name, p as privilege from pg_inherits,
       unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
     where inhparent = 'ledger.events'::regclass
       and has_table_privilege('flowledger_app', inhrelid::regclass, p) order by 1, 2`,
  );
  expect(rows).toEqual([
    { name: 'ledger.events_1', privilege: 'INSERT' },
    { name: 'ledger.events_1', privilege: 'SELECT' },
  ]);
  await app.database.sql('grant delete on ledger.events_1 to flowledger_app');
  const { body } = await app.client.get('/v1/verify?skip=projections,kafka');
  expect(body).toMatchObject({
    holds: false,
    ledger: { faults: [{ detail: 'the role flowledger_app may delete on ledger.events_1' }] },
  });
});

test('a sealed partition is exported: every event as it is stored, and the hashes at both ends', async () => {
  await start();
  await recordAll();
  await archived('events_1', 'events_501');
  const manifest = await manifestOf('events_501');
  const lines: string[] = [];
  for (const { name, blocks } of manifest.files) {
    const bytes = await readFile(join(folder, 'events_501', name));
    for (const { offset, bytes: size } of blocks) {
      lines.push(
        ...gunzipSync(bytes.subarray(offset, offset + size))
          .toString()
          .trimEnd()
          .split('\n'),
      );
    }
    expect(gunzipSync(bytes).toString().trimEnd().split('\n')).toHaveLength(
      blocks.reduce((sum, { events }) => sum + events, 0),
    );
  }
  const rows = await app.database.sql<{ position: string; data: string }>(
    `select position::text, data::text from ledger.events e
     where position between 501 and 1000 order by e.position`,
  );
  expect(
    lines.map((line) => {
      const fields = fieldsOf(line);
      return { position: fields[0], data: fields.at(-1) };
    }),
  ).toEqual(rows);

  const { body } = await app.client.get<{ events: { data: object }[] }>(
    '/v1/streams/archive-events_501',
  );
  const { hashBefore, hashAfter } = manifest;
  expect(body.events.at(-1)?.data).toMatchObject({ events: 500, hashBefore, hashAfter });
  expect((await manifestOf('events_1')).hashAfter).toBe(hashBefore);
  expect(await proof()).toMatchObject({
    holds: true,
    archives: [
      { partition: 'events_1', events: 500, faults: [] },
      { partition: 'events_501', events: 500, faults: [] },
    ],
  });
});

test('a partition that is open, unknown or archived already is not exported', async () => {
  await start();
  await recordAll();
  await archived('events_1');
  const [open] = await app.database.sql<{ name: string }>(
    'select name from ledger.partitions order by first_position desc limit 1',
  );
  expect(await issue('start-archive', { partition: open!.name })).toMatchObject({
    status: 409,
    body: { code: 'partition-open' },
  });
  expect(await issue('start-archive', { partition: 'events_7' })).toMatchObject({
    status: 404,
    body: { code: 'partition-unknown' },
  });
  expect(await issue('start-archive', { partition: 'events_1' })).toMatchObject({
    status: 409,
    body: { code: 'archive-already-made' },
  });
});

describe('a rebuild from files', () => {
  test('comes to the rows that one from the table comes to, reads no archived event there, and is proven against it', async () => {
    await start();
    await recordAll();
    await archived('events_1', 'events_501');
    const operator = operatorOf(app.client, app.keys.operator);
    const { body } = await app.client.get<{ projections: { name: string }[] }>('/v1/projections');
    const names = body.projections.map(({ name }) => name);
    const rebuild = { projections: names, cutover: 'manual', dryRun: true };
    const differing = async (more: object): Promise<string[]> => {
      const ended = await operator.rebuild({ ...rebuild, ...more });
      return ended.projections
        .filter(({ differences }) => {
          const { added = 1, missing = 1, changed = 1 } = differences ?? {};
          return added + missing + changed > 0;
        })
        .map(({ projection }) => projection);
    };
    expect(await differing({ fromArchive: true })).toEqual([]);
    // What only the files have right: the table is altered where a rebuild would have read it.
    const [altered] = await app.database.sql<{ calls: string }>(
      `with changed as (
         update ledger.events set type = 'HeartbeatReceived'
         where type = 'LlmCallRecorded' and position <= 1000
       )
       select count(*)::text as calls from ledger.events where type = 'LlmCallRecorded'`,
    );
    const rebuildId = await operator.start({ ...rebuild, fromArchive: true });
    const { reason } = await operator.reaches(rebuildId, 'failed');
    expect(reason).toContain(
      `roi-totals was built otherwise than the ledger makes it: calls adds up to ${altered!.calls}; the events that count make it `,
    );
    expect(await differing({})).toContain('roi-totals');
  });

  test('takes the events from files that it would take from the table, whole, of a scope and in shares', async () => {
    await start();
    await recordAll();
    await archived('events_1', 'events_501');
    const lines: LedgerLine[] = [];
    for (const partition of ['events_1', 'events_501']) {
      const at = join(folder, partition);
      const span = { after: 0n, through: 1_000n };
      for await (const { lines: block } of readBlocks(at, await manifestOf(partition), span)) {
        for (const line of block.toString().trimEnd().split('\n')) lines.push(new LedgerLine(line));
      }
    }
    expect(lines).toHaveLength(1_000);
    const some = {
      streams: lines.slice(200, 900).map(({ stream }) => stream),
      types: ['LlmCallRecorded', 'ExecutionStarted'],
      deployments: ['d0', 'initial'],
    };
    const shares = [whole, { index: 0, count: 2 }, { index: 1, count: 2 }];
    const groups = [projections, ...projections.map((one) => [one])];
    for (const group of groups) {
      for (const names of [null, some]) {
        for (const share of shares) {
          const keeps = filterOf(group, names, share);
          const rows = await app.database.sql<{ position: string }>(
            `select position from ledger.events where position <= 1000
             and ${conditionSql(group, names, share)} order by ledger.events.position`,
          );
          expect(lines.filter(keeps).map(({ position }) => String(position))).toEqual(
            rows.map(({ position }) => position),
          );
        }
      }
    }
  });

  test('goes by the hash that PostgreSQL makes of a text', async () => {
    await start();
    const texts = ['', 'ä', 'überschrift-€-😀', 'x'.repeat(1_000)];
    for (let length = 0; length <= 40; length += 1) {
      texts.push('execution-abcdefghijklmnop'.repeat(2).slice(0, length));
    }
    const rows = await app.database.sql<{ hash: number }>(
      'select hashtext(text) as hash from unnest($1::text[]) with ordinality as t (text, place) order by place',
      [texts],
    );
    expect(texts.map(hashText)).toEqual(rows.map(({ hash }) => hash));
  });

  test('needs an archive', async () => {
    await start();
    const operator = operatorOf(app.client, app.keys.operator);
    const id = await operator.start({ projections: ['roi-totals'], fromArchive: true });
    expect(await operator.reaches(id, 'failed')).toMatchObject({
      reason: 'no partition of the ledger is archived',
    });
  });
});

/** Every total, once those of the whole ledger are in it. */
const totals = async (): Promise<object[]> => {
  const path = `/v1/projections/roi-totals?minPosition=${await positionOf(app.database)}`;
  await eventually(
    'roi-totals at the end of the ledger',
    async () => (await app.client.get(path)).status === 200,
  );
  return app.database.sql(`select * from read.roi_totals t order by t::text`);
};

describe('damage', () => {
  beforeEach(async () => {
    await start();
    await recordAll();
    await archived('events_1', 'events_501');
  });

  const damages: [string, (path: string) => Promise<void>, RegExp][] = [
    ['one byte that is another', (path) => changeByte(path, 40), /was altered/],
    ['a file that is missing', (path) => rename(path, `${path}.away`), /is missing/],
    [
      'a file that was cut off',
      async (path) => writeFile(path, (await readFile(path)).subarray(0, 100)),
      /was altered|ends within/,
    ],
  ];

  test.each(damages)(
    '%s is named by the proof, by health and by a rebuild',
    async (_, damage, words) => {
      const [, , , file] = (await manifestOf('events_501')).files;
      const path = join(folder, 'events_501', file!.name);
      await damage(path);

      const { holds, archives } = await proof();
      expect(holds).toBe(false);
      expect(archives).toMatchObject([
        { partition: 'events_1', holds: true },
        { partition: 'events_501', faults: [{ file: path, detail: expect.stringMatching(words) }] },
      ]);
      const before = await totals();
      const operator = operatorOf(app.client, app.keys.operator);
      const id = await operator.start({ projections: ['roi-totals'], fromArchive: true });
      const { reason } = await operator.reaches(id, 'failed');
      expect(reason).toContain(path);
      expect(reason).toMatch(words);
      expect(await totals()).toEqual(before);

      // One of the same size is for the proof to find: health looks at names and sizes.
      if (words.source !== 'was altered') {
        const archives = { status: 'degraded', detail: expect.stringContaining(path) as unknown };
        await healthBecomes(app.client, '/health/flow', { checks: { archives } });
      }
      expect((await issue('start-archive', { partition: 'events_501', again: true })).status).toBe(
        200,
      );
      await eventually('a proof that holds', async () => (await proof()).holds);
    },
  );

  test('a manifest made to fit other files is not the recorded one', async () => {
    const path = join(folder, 'events_1', 'manifest.json');
    const manifest = await manifestOf('events_1');
    await writeFile(path, JSON.stringify({ ...manifest, hashAfter: manifest.hashBefore }));
    expect(await proof()).toMatchObject({
      holds: false,
      archives: [{ partition: 'events_1', faults: [{ file: path }] }, { holds: true }],
    });
  });
});

test('an altered event is not archived: what is written does not make the hash of the ledger', async () => {
  await start();
  await recordAll();
  await app.database.sql(`update ledger.events set actor = 'somebody' where position = 120`);
  expect((await issue('start-archive', { partition: 'events_1' })).status).toBe(200);
  const { reason } = await reaches('events_1', 'failed');
  expect(reason).toMatch(/do not make the hash|commit of events/);
  expect(await readdir(folder)).toEqual([]);
});

test('a partition that lacks an event is not archived', async () => {
  await start();
  await recordAll();
  await app.database.sql('delete from ledger.events where position = 120');
  expect((await issue('start-archive', { partition: 'events_1' })).status).toBe(200);
  const { reason } = await reaches('events_1', 'failed');
  expect(reason).toMatch(/^the table has 12 events of positions 118 to 130; /);
  expect(await readdir(folder)).toEqual([]);
});

test('an export that is cancelled leaves nothing', async () => {
  await start();
  await recordAll();
  await issue('start-archive', { partition: 'events_1', maxEventsPerSecond: 100 });
  await eventually(
    'a file of it',
    async () => (await readdir(join(folder, 'events_1.partial'))).length > 2,
  );
  await issue('cancel-archive', { partition: 'events_1', reason: 'not now' });
  await reaches('events_1', 'cancelled');
  await eventually('nothing in the folder', async () => (await readdir(folder)).length === 0);
  await archived('events_1');
  expect(await readdir(folder)).toEqual(['events_1']);
});

test('a folder that cannot be tidied is told, and holds up no export of others', async () => {
  await start();
  await recordAll();
  await archived('events_1');
  await issue('start-archive', { partition: 'events_1', again: true, maxEventsPerSecond: 100 });
  await eventually('a draft of it', async () => (await readdir(folder)).length === 2);
  await issue('cancel-archive', { partition: 'events_1', reason: 'not now' });
  await eventually('what was there', async () => (await readdir(folder)).join() === 'events_1');
  const manifest = join(folder, 'events_1', 'manifest.json');
  await rm(manifest);
  await symlink(manifest, manifest); // which nobody can read
  await mkdir(join(folder, 'events_1.replaced'));
  await eventually('the folder is told', () =>
    app.logs.some((line) => /events_1 cannot be tidied: ELOOP/.test(line)),
  );
  await issue('start-archive', { partition: 'events_501' });
  await reaches('events_501', 'completed');
});

test('the verb lists, exports, proves, and says what is wrong', async () => {
  await start();
  await recordAll();
  const run = (...args: string[]) => runVerb(archiveVerb, args, leadingTo(app, 'operator'));
  expect((await run('events_1', '--dry-run')).out).toMatch(
    /^events_1: 500 events would go to .*nothing is written\n$/,
  );
  expect(await run('events_1')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^events_1: 500 events in \d+ files, .*, proven\n/),
  });
  expect((await run('--all')).status).toBe(0);
  expect((await run('--all')).err).toBe('every sealed partition is archived\n');
  const listed = await run('list');
  expect(listed.out).toMatch(/events_1 +1 +500 +completed/);
  expect(listed.out).toMatch(/events_501 +501 +1,000 +completed/);
  expect(await run('verify', 'events_1')).toMatchObject({
    status: 0,
    out: expect.stringMatching(/^events_1 {2}500 events,[^\n]*\nHolds: /),
  });
  await rename(join(folder, 'events_1'), join(folder, 'away'));
  const broken = await run('verify');
  expect(broken.status).toBe(1);
  expect(broken.out).toContain(`${join(folder, 'events_1', 'manifest.json')} is missing`);
  expect(await run('events_9')).toMatchObject({ status: 1, err: expect.stringContaining('404') });
  expect(await run()).toMatchObject({ status: 2 });
  expect(await run('follow')).toMatchObject({ status: 2 });
});
