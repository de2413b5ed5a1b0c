import { Client } from 'pg';
import { verifyVerb } from '../../scripts/verify';
import { projections } from '../../src/projections';
import type { Proof } from '../../src/modules/proof/proof.schemas';
import {
  Refolding,
  standingOf,
  standingTables,
} from '../../src/modules/proof/read-models/refolding';
import { liveModels } from '../../src/modules/proof/read-models/live-tables';
import { readingsOf } from '../../src/modules/proof/read-models/slice';
import { Snapshot } from '../../src/modules/database/snapshot';
import { ledgerRow, ledgerRowsSql } from '../../src/modules/proof/ledger/ledger-rows';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { proveLedger } from '../harness/ledger-proof';
import { generationsOf, operatorOf } from '../harness/rebuilds';
import { expectExact, firstGenerationOf } from '../harness/read-models';
import { chanceOf, seedOf } from '../harness/seed';
import { work } from '../harness/work';
import { proofOf, recordHistory } from './proof-history';
import { leadingTo, runVerb, widthOf } from './run-verb';
import { openStream } from './streamed';

const seed = seedOf('proof');
const chance = chanceOf(seed);

let app: TestApp;
let end: number;

const sql = <Row extends object>(text: string, values?: unknown[]): Promise<Row[]> =>
  app.database.sql<Row>(text, values);

const statuses = firstGenerationOf('execution-status');

/** The tables that are tampered with, and given back as they were. */
const tables = [
  'ledger.events',
  'ledger.commits',
  'ledger.head',
  `${statuses}.execution_status`,
  `${firstGenerationOf('price-book')}.price_book`,
];
const copyOf = (table: string): string => `kept.${table.replace('.', '_')}`;

beforeAll(async () => {
  app = await startApp();
  await work(app.client, { executions: 20, calls: 6 });
  await recordHistory(app, seed, 8);
  const price = { model: 'our-own', inputUsdPerMillion: 5, outputUsdPerMillion: 10 };
  for (const effectiveFrom of ['2026-01-01', '2026-02-01T00:00:00Z']) {
    const { status } = await app.client.command(
      'set-price',
      { ...price, effectiveFrom },
      { key: app.keys.operator },
    );
    expect(status).toBe(200);
  }
  await expectExact(app.database);
  const { events } = await proveLedger(app.database);
  end = events;
  tables[3] = await tableOf('execution-status');
  tables[4] = await tableOf('price-book');
  await sql('create schema kept');
  for (const table of tables) await sql(`create table ${copyOf(table)} as table ${table}`);
});

afterAll(() => app.stop());

/** The table of a live generation. */
const tableOf = async (projection: string): Promise<string> => {
  const [live] = await sql<{ id: string }>(
    `select id from ops.generations where projection = $1 and state = 'live'`,
    [projection],
  );
  return `${live!.id}.${projection.replaceAll('-', '_')}`;
};

const restore = async (): Promise<void> => {
  for (const table of tables) {
    await sql(`truncate ${table}`);
    await sql(`insert into ${table} select * from ${copyOf(table)}`);
  }
};

type Told = readonly [kind: string, position: string | null];

const ledgerFaults = ({ ledger }: Proof): Told[] =>
  ledger.faults.map(({ kind, position }) => [kind, position]);

const rowFaults = ({ projections: all }: Proof) =>
  all.flatMap(({ projection, faults }) =>
    faults.map(({ kind, key, column, found, folded }) => ({
      projection,
      kind,
      column,
      found,
      folded,
      key: key && Object.values(key),
    })),
  );

const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** An event that is not the last of its stream, nor a commit of its own at the end. */
const someEvent = async (): Promise<{ position: string; stream: string }> => {
  const found = await sql<{ position: string; stream: string }>(
    `select e.position::text, e.stream from ledger.events e
     where type = 'ExecutionStarted'
       and exists (select from ledger.events n where n.stream = e.stream and n.version > e.version)
     order by e.position`,
  );
  return chance.oneOf(found);
};

describe('of a ledger that nobody touched', () => {
  test('everything holds, with what names it', async () => {
    const proof = await proofOf(app);
    expect(ledgerFaults(proof)).toEqual([]);
    expect(rowFaults(proof)).toEqual([]);
    expect(proof).toMatchObject({ holds: true, kafka: null, readings: 1 });
    expect(proof.ledger).toMatchObject({
      holds: true,
      events: end,
      position: String(end),
      after: '0',
    });
    const [head] = await sql<{ hash: string }>(
      `select encode(hash, 'hex') as hash from ledger.head`,
    );
    expect(proof.ledger.hash).toBe(head!.hash);
    expect(proof.projections.map(({ projection }) => projection)).toEqual(
      projections.map(({ name }) => name).sort(),
    );
    for (const one of proof.projections) {
      expect(one).toMatchObject({ holds: true, position: String(end), ledgerHash: head!.hash });
      const [{ rows } = { rows: '' }] = await sql<{ rows: string }>(
        `select count(*)::text as rows from ${await tableOf(one.projection)}`,
      );
      expect(one.rows).toBe(Number(rows));
    }
    const again = await proofOf(app);
    expect(again.projections).toEqual(proof.projections);
  });

  test('it holds from any position on, and the hash there is told by an earlier proof', async () => {
    const since = chance.between(1, end);
    const proof = await proofOf(app, `?since=${String(since)}&skip=projections`);
    expect(proof).toMatchObject({ holds: true, projections: [] });
    expect(Number(proof.ledger.after)).toBeLessThanOrEqual(since);
    expect(proof.ledger.events).toBe(end - Number(proof.ledger.after));
    const { hash } = proof.ledger;
    const still = await proofOf(app, `?since=${String(end)}&sinceHash=${hash}`);
    expect(still).toMatchObject({ holds: true, ledger: { events: 0, hash } });
    const other = await proofOf(app, `?since=${String(end)}&sinceHash=${'0'.repeat(64)}`);
    expect(ledgerFaults(other)).toEqual([['history', String(end)]]);
    expect(other.holds).toBe(false);
  });

  test('it holds cut into slices, each folded by itself', async () => {
    const none = new AbortController().signal;
    const snapshot = await Snapshot.open(app.database.url, none);
    try {
      const models = await liveModels(snapshot, projections, null, BigInt(end), () =>
        Promise.resolve(true),
      );
      const standings = models.map(standingOf);
      const readings = readingsOf(standings.flatMap(standingTables), 25);
      expect(readings.length).toBeGreaterThan(3);
      for (const shares of readings) {
        const refolding = new Refolding(shares);
        for await (const rows of snapshot.rows(ledgerRowsSql(0n))) {
          for (const fields of rows) refolding.take(ledgerRow(fields).event);
        }
        await refolding.compare(snapshot);
      }
      for (const { model, faults } of standings) {
        expect({ [model.projection]: faults.listed }).toEqual({ [model.projection]: [] });
      }
    } finally {
      await snapshot.close();
    }
  });
});

describe('tampering by a superuser is found and named:', () => {
  afterEach(restore);

  test('one byte of one event', async () => {
    const { position } = await someEvent();
    await sql(
      `update ledger.events set data = regexp_replace(data::text, '"flow": ?"(.)', '"flow":"X')::json where position = $1`,
      [position],
    );
    const proof = await proofOf(app);
    expect(proof.holds).toBe(false);
    expect(ledgerFaults(proof)).toEqual([['altered', position]]);
    expect(rowFaults(proof)).toContainEqual(
      expect.objectContaining({ projection: 'execution-status', kind: 'changed', column: 'flow' }),
    );
  });

  test('an event forged together with its digest: its commit has another hash', async () => {
    const { position } = await someEvent();
    await sql(
      `update ledger.events set data = regexp_replace(data::text, '"flow": ?"(.)', '"flow":"X')::json where position = $1`,
      [position],
    );
    await sql(
      `update ledger.events e set digest = sha256(convert_to(concat_ws(E'\\n', position, stream, version, event_id, type,
        schema_version, deployment_id, correlation_id, coalesce(causation_id, ''), actor, ${instant('occurred_at')},
        ${instant('recorded_at')}, data::text), 'UTF8')) where position = $1`,
      [position],
    );
    const [commit] = await sql<{ last: string }>(
      `select min(last_position)::text as last from ledger.commits where last_position >= $1`,
      [position],
    );
    const proof = await proofOf(app, '?skip=projections');
    expect(ledgerFaults(proof)).toEqual([['commit', commit!.last]]);
  });

  test('an event that was deleted', async () => {
    const { position, stream } = await someEvent();
    await sql('delete from ledger.events where position = $1', [position]);
    const proof = await proofOf(app);
    const faults = ledgerFaults(proof);
    expect(faults).toContainEqual(['missing', position]);
    expect(faults.filter(([kind]) => kind !== 'missing' && kind !== 'version')).toEqual([]);
    expect(proof.ledger.faults.some(({ detail }) => detail.includes(stream))).toBe(true);
  });

  test('the last event that was deleted', async () => {
    await sql('delete from ledger.events where position = $1', [end]);
    expect(ledgerFaults(await proofOf(app, '?skip=projections'))).toEqual([
      ['missing', String(end)],
    ]);
  });

  test('two events that changed places', async () => {
    const { position: one } = await someEvent();
    const [next] = await sql<{ position: string }>(
      `select position::text from ledger.events where position > $1 and type <> 'ExecutionStarted' order by ledger.events.position limit 1`,
      [one],
    );
    const other = next!.position;
    const move = 'update ledger.events set position = $2 where position = $1';
    await sql(move, [one, -1]);
    await sql(move, [other, one]);
    await sql(move, [-1, other]);
    const faults = ledgerFaults(await proofOf(app, '?skip=projections'));
    expect(faults).toContainEqual(['altered', one]);
    expect(faults).toContainEqual(['altered', other]);
  });

  test('the data of two events, exchanged', async () => {
    const found = await sql<{ position: string }>(
      `select min(position)::text as position from ledger.events group by data::text order by min(position)`,
    );
    const [one, other] = [found[0]!.position, found.at(-1)!.position];
    await sql(
      `update ledger.events e set data = o.data from ledger.events o
       where e.position in ($1, $2) and o.position = $1::bigint + $2::bigint - e.position`,
      [one, other],
    );
    expect(ledgerFaults(await proofOf(app, '?skip=projections'))).toEqual([
      ['altered', one],
      ['altered', other],
    ]);
  });

  test('the hash of the head', async () => {
    await sql(`update ledger.head set hash = sha256('another history')`);
    expect(ledgerFaults(await proofOf(app, '?skip=projections'))).toEqual([['head', String(end)]]);
  });

  test('the active deployment of the head', async () => {
    await sql(`update ledger.head set active_deployment = 'd9'`);
    const { ledger } = await proofOf(app, '?skip=projections');
    const detail = expect.stringMatching(/has d9 active, by the events it is/);
    expect(ledger).toMatchObject({
      holds: false,
      faults: [{ kind: 'head', position: String(end), detail }],
    });
  });

  test('the last voiding of the head', async () => {
    // Without the part that would renew read models for it.
    const own = await startApp({ env: { FLOWLEDGER_PARTS: 'api,projector' } });
    await work(own.client, { executions: 2, calls: 1 });
    await own.database.sql('update ledger.head set voided = 7');
    const { ledger } = await proofOf(own, '?skip=projections');
    const detail = expect.stringMatching(
      /last voided or reinstated at 7, by the events it was at 0/,
    );
    expect(ledger).toMatchObject({ holds: false, faults: [{ kind: 'head', detail }] });
    await own.stop();
  });

  test('a commit that was taken out', async () => {
    const commits = await sql<{ last: string }>(
      'select last_position::text as last from ledger.commits order by last_position',
    );
    const at = chance.between(0, commits.length - 2);
    await sql('delete from ledger.commits where last_position = $1', [commits[at]!.last]);
    expect(ledgerFaults(await proofOf(app, '?skip=projections'))).toEqual([
      ['commit', commits[at + 1]!.last],
    ]);
  });

  test.each(['update', 'delete', 'truncate'])('the right to %s', async (right) => {
    await sql(`grant ${right} on ledger.events to flowledger_app`);
    const { ledger } = await proofOf(app, '?skip=projections');
    await sql(`revoke ${right} on ledger.events from flowledger_app`);
    expect(ledger).toMatchObject({
      holds: false,
      faults: [{ kind: 'rights', detail: `the role flowledger_app may ${right} on ledger.events` }],
    });
    expect((await proofOf(app, '?skip=projections')).holds).toBe(true);
  });

  test('a row of a read model, changed', async () => {
    await sql(`update ${tables[3]!} set topic = 'by hand' where execution_id = 'run-3'`);
    const proof = await proofOf(app);
    expect(ledgerFaults(proof)).toEqual([]);
    expect(rowFaults(proof)).toEqual([
      {
        projection: 'execution-status',
        kind: 'changed',
        key: ['run-3'],
        column: 'topic',
        found: 'by hand',
        folded: 'Überschrift',
      },
    ]);
    expect(proof.projections.filter(({ holds }) => !holds)).toHaveLength(1);
  });

  test('a row of a read model, deleted', async () => {
    await sql(`delete from ${tables[3]!} where execution_id = 'run-4'`);
    expect(rowFaults(await proofOf(app))).toMatchObject([{ kind: 'missing', key: ['run-4'] }]);
  });

  test('a row of a read model, added', async () => {
    await sql(
      `insert into ${tables[3]!} select (jsonb_populate_record(r, '{"execution_id": "never"}')).*
       from ${tables[3]!} r where execution_id = 'run-5'`,
    );
    expect(rowFaults(await proofOf(app))).toMatchObject([{ kind: 'added', key: ['never'] }]);
  });

  test('a row of totals with a time in its key, changed', async () => {
    await sql(
      `update ${tables[4]!} set input_nano_usd = input_nano_usd + 1
       where ctid = (select ctid from ${tables[4]!} where name = 'our-own' limit 1)`,
    );
    const [changed] = rowFaults(await proofOf(app));
    expect(changed).toMatchObject({
      projection: 'price-book',
      kind: 'changed',
      column: 'inputNanoUsd',
    });
  });

  test('a view that shows something else', async () => {
    const [view] = await sql<{ text: string }>(
      `select pg_get_viewdef('read.execution_status'::regclass) as text`,
    );
    const text = view!.text.replace(';', '');
    await sql(`create or replace view read.execution_status as ${text} where status <> 'failed'`);
    const [fault] = (await proofOf(app)).projections.flatMap(({ faults }) => faults);
    await sql(`create or replace view read.execution_status as ${text}`);
    expect(fault).toMatchObject({
      kind: 'generation',
      detail: expect.stringMatching(/^the view read.execution_status does not show /),
    });
    expect((await proofOf(app)).holds).toBe(true);
  });
});

test('a read model is right again when it is rebuilt, as the runbook says', async () => {
  const own = await startApp();
  await work(own.client, { executions: 10, calls: 3 });
  await expectExact(own.database);
  await own.database.sql(`update read.execution_status set topic = 'by hand'`);
  expect(await proofOf(own)).toMatchObject({ holds: false });
  const operator = operatorOf(own.client, own.keys.operator);
  const rebuildId = await operator.start({ projections: ['execution-status'] });
  await operator.reaches(rebuildId, 'waiting');
  const reason = 'rows were changed by hand';
  await operator.issue('cut-over-rebuild', { rebuildId, accept: ['execution-status'], reason });
  await operator.reaches(rebuildId, 'completed');
  expect(await proofOf(own)).toMatchObject({ holds: true });
  await own.stop();
});

test('a read model whose generation is gone is built anew by itself', async () => {
  const database = await freshDatabase();
  const first = await startApp({ database });
  await work(first.client, { executions: 10, calls: 3 });
  await expectExact(database);
  await first.stop();
  await database.sql(
    `begin; delete from ops.generations where id = '${statuses}';
     drop schema ${statuses} cascade; commit`,
  );
  const again = await startApp({ database });
  await eventually('it is live again', async () => {
    const all = await generationsOf(database, 'execution-status');
    return all.some(({ state }) => state === 'live');
  });
  await expectExact(database);
  expect(await proofOf(again)).toMatchObject({ holds: true });
  await again.stop();
  await database.drop();
});

describe('the route', () => {
  test('refuses what it does not know, and a position that lies ahead', async () => {
    const refused = await app.client.get('/v1/verify?since=x&skip=ledger&hash=1');
    expect(refused).toMatchObject({ status: 400, body: { code: 'malformed' } });
    const ahead = await app.client.get(`/v1/verify?since=${String(end + 1)}`);
    expect(ahead).toMatchObject({ status: 400, body: { code: 'position-ahead' } });
    expect(await app.client.get('/v1/verify', { key: null })).toMatchObject({ status: 401 });
  });

  test('proves one at a time, and none for a reader who is gone', async () => {
    const release = await holdLedger();
    const lines = { accept: 'application/x-ndjson' };
    const stream = await openStream(app, '/v1/verify', lines);
    expect(await stream.until((text) => text.includes('"progress"'))).toMatch(/"step":/);
    expect(await app.client.get('/v1/verify')).toMatchObject({
      status: 503,
      body: { code: 'proof-under-way' },
    });
    stream.close();
    // What the first waits for is still held: it can only have been given up.
    await eventually('another proof may begin', async () => {
      const other = await openStream(app, '/v1/verify', lines);
      other.close();
      return other.status === 200;
    });
    await release();
    await eventually('the ledger can be proven again', async () => {
      const { status } = await app.client.get('/v1/verify?skip=projections');
      return status === 200;
    });
  });

  /** Keeps whoever reads the events waiting, until the function it gives is called. */
  const holdLedger = async (): Promise<() => Promise<void>> => {
    const holder = new Client(app.database.ownerUrl);
    await holder.connect();
    await holder.query('begin');
    await holder.query('lock table ledger.commits in access exclusive mode');
    return () => holder.end();
  };
});

describe('the verb', () => {
  /** Without how far it is, which is said of a proof that takes long, as on a busy machine. */
  const run = async (...args: readonly string[]) => {
    const ran = await runVerb(verifyVerb, args, leadingTo(app, 'analyst'));
    return { ...ran, err: ran.err.replace(/^.+ {2}[\d,]+ of [\d,]+ {2}\d+ % .*\n/gm, '') };
  };

  test('says that it holds, for a person and for a program', async () => {
    const { status, out, err } = await run();
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out).toMatch(/^ledger {2}[\d,]+ events in [\d,]+ commits\n/);
    expect(out).toMatch(/\nHolds: .+ events\/s\n$/);
    expect(widthOf(out)).toBeLessThanOrEqual(80);
    const json = await run('--json', '--since', String(end));
    expect(json).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(json.out)).toMatchObject({ holds: true, ledger: { events: 0 } });
  });

  test('names what does not hold, with status 1', async () => {
    await sql(`update ${tables[3]!} set topic = 'by hand' where execution_id = 'run-3'`);
    const { status, out } = await run();
    await restore();
    expect(status).toBe(1);
    expect(out).toContain(
      'execution-status: 1 fault\n  run-3: topic is by hand; the events make it Überschrift\n',
    );
    expect(out).toMatch(/\nDoes not hold: execution-status: /);
  });

  test.each([
    [['--since', '1x'], '--since: a position of the ledger, not 1x'],
    [['--hash', '0'.repeat(64)], '--hash goes with --since'],
    [['--since', '1', '--hash', 'abc'], '--hash: 64 hexadecimal digits, not abc'],
    [['--skip', 'ledger'], '--skip: projections, kafka or both, not ledger'],
    [['--sinse', '1'], 'unknown flag --sinse, did you mean --since?'],
    [['x'], 'x is one too many'],
  ])('called with %j it ends with 2', async (args, message) => {
    const ran = await run(...args);
    expect(ran).toMatchObject({ status: 2, out: '' });
    expect(ran.err).toContain(message);
  });
});
