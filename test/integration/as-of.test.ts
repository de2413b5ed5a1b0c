import { Client } from 'pg';
import { Generations } from '../../src/modules/projector/generations';
import { projections } from '../../src/projections';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { isTableWaitedFor } from '../harness/lock-waits';
import { onceBuilt } from '../harness/past-moments';
import { operatorOf, schemasOf } from '../harness/rebuilds';
import { expectExact } from '../harness/read-models';
import { work } from '../harness/work';
import { openStream } from './streamed';

interface Answer {
  readonly position: string;
  readonly ledgerHash?: string;
  readonly rows: readonly Record<string, unknown>[];
}

let app: TestApp;

const begin = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
  app = await startApp({ env });
  await work(app.client, { executions: 12, calls: 10 });
};

afterEach(() => app.stop());

const ask = async (path: string): Promise<Answer> => {
  const { status, body } = await onceBuilt(() => app.client.get<Answer>(`/v1/projections/${path}`));
  expect({ path, status }).toEqual({ path, status: 200 });
  return body;
};

const end = async (): Promise<number> => {
  const [head] = await app.database.sql<{ position: string }>('select position from ledger.head');
  return Number(head?.position);
};

const scopedTo = async (name: string, position: number): Promise<readonly object[]> => {
  const operator = operatorOf(app.client, app.keys.operator);
  const { projections: parts } = await operator.rebuild({
    projections: [name],
    scope: { toPosition: position },
  });
  const generation = parts[0]?.generation ?? '';
  return app.database.sql(
    `select * from ${generation}.${name.replaceAll('-', '_')} t order by t::text`,
  );
};

describe('a read model as of a past position', () => {
  it('is what it was then, whatever came after', async () => {
    await begin();
    await expectExact(app.database);
    const position = await end();
    const before = new Map<string, Answer>();
    const names = ['execution-status', 'roi-totals', 'roi-executions', 'price-book'];
    for (const name of names) before.set(name, await ask(`${name}?limit=1000`));
    await work(app.client, { executions: 6, calls: 4, prefix: 'later' });
    await expectExact(app.database);
    for (const name of names) {
      const then = await ask(`${name}?limit=1000&asOf=${String(position)}`);
      expect(then.position).toBe(String(position));
      expect(then.rows).toEqual(before.get(name)?.rows);
    }
  });

  it('names the history it is of', async () => {
    await begin();
    const position = await end();
    const { ledgerHash } = await ask(`roi-totals?asOf=${String(position)}`);
    const [head] = await app.database.sql<{ hash: string }>(
      `select encode(hash, 'hex') as hash from ledger.head`,
    );
    expect(ledgerHash).toBe(head?.hash);
    expect((await ask(`roi-totals?asOf=${String(position - 1)}`)).ledgerHash).not.toBe(head?.hash);
    expect(await ask('roi-totals')).not.toHaveProperty('ledgerHash');
  });

  it.each([1, 40, 97])('is what the first %i events make of it', async (count) => {
    await begin();
    const position = (await end()) - 132 + count; // behind those of the price book
    await ask(`execution-status?asOf=${String(position)}`);
    const [fixed] = await app.database.sql<{ id: string }>(
      `select id from ops.generations where state = 'fixed' and fixed_at = $1`,
      [position],
    );
    const rows = await app.database.sql(
      `select * from ${fixed?.id ?? ''}.execution_status t order by t::text`,
    );
    expect(rows).toEqual(await scopedTo('execution-status', position));
  });

  it('covers what it is to cover, or is refused: nothing of then has what came after', async () => {
    await begin();
    const position = await end();
    const asked = (model: string, minPosition: number) =>
      onceBuilt(() =>
        app.client.get(
          `/v1/${model}asOf=${String(position - 1)}&minPosition=${String(minPosition)}`,
        ),
      );
    for (const model of [
      'projections/roi-totals?',
      'projections/execution-status/nobody?',
      'counts/execution-status?by=status&',
    ]) {
      expect((await asked(model, position - 1)).status).not.toBe(400);
      expect(await asked(model, position)).toMatchObject({
        status: 400,
        body: {
          code: 'malformed',
          errors: [{ path: 'minPosition', message: expect.stringMatching(/behind asOf.*leave/) }],
        },
      });
    }
  });

  it('is empty before the first event, for every read model', async () => {
    await begin();
    for (const { name } of projections) {
      expect(await ask(`${name}?asOf=0`)).toMatchObject({ position: '0', rows: [] });
    }
  });

  it('answers by key, in groups, page by page, and as CSV, as it does now', async () => {
    await begin();
    const position = String(await end());
    await app.client.command('complete-execution', { executionId: 'run-0' });
    const row = await onceBuilt(() =>
      app.client.get(`/v1/projections/execution-status/run-0?asOf=${position}`),
    );
    expect(row.body).toMatchObject({ position, row: { status: 'running', endedAt: null } });
    const grouped = await ask(`roi-totals?groupBy=agent&asOf=${position}`);
    expect(grouped.rows.map(({ calls }) => Number(calls))).toEqual([60, 60]);
    const first = await app.client.get<Answer & { next: string }>(
      `/v1/projections/execution-status?limit=5&asOf=${position}`,
    );
    const second = await ask(
      `execution-status?limit=5&asOf=${position}&cursor=${encodeURIComponent(first.body.next)}`,
    );
    const ids = [...first.body.rows, ...second.rows].map(({ executionId }) => executionId);
    expect(new Set(ids).size).toBe(10);
    const csv = await app.client.get<string>(`/v1/projections/execution-status?asOf=${position}`, {
      accept: 'text/csv',
    });
    expect(csv.body.trim().split('\n')).toHaveLength(13);
  });

  it('is built once, by whichever of two who ask at the same time', async () => {
    await begin();
    const position = String(await end());
    const before = await schemasOf(app.database);
    const path = `roi-totals?asOf=${position}`;
    const [one, other] = await Promise.all([ask(path), ask(path)]);
    expect(other).toEqual(one);
    await ask(path);
    expect(await schemasOf(app.database)).toHaveLength(before.length + 1);
  });

  it('goes again when past moments take too much disk, the one asked for the longest ago first', async () => {
    await begin({ FLOWLEDGER_AS_OF_BYTES: '150000' });
    const last = await end();
    for (let back = 4; back >= 0; back -= 1) {
      await ask(`roi-totals?asOf=${String(last - back)}`);
    }
    await eventually('the older ones are dropped', async () => {
      const kept = await app.database.sql<{ at: string }>(
        `select fixed_at as at from ops.generations where state = 'fixed' order by fixed_at`,
      );
      return kept.length < 5 && kept.at(-1)?.at === String(last);
    });
    expect(await ask(`roi-totals?asOf=${String(last - 4)}`)).toMatchObject({
      position: String(last - 4),
    });
  });
});

describe('a past moment that takes more than an hour to build', () => {
  it('is left to whoever builds it, and goes where nobody does', async () => {
    await begin();
    const [projection] = projections;
    if (projection === undefined) throw new Error('there is no projection');
    const create = async (): Promise<string> =>
      (await app.get(Generations).create(projection, 'filling', null)).id;
    const [left, built] = [await create(), await create()];
    const builder = new Client({ connectionString: app.database.url });
    await builder.connect();
    const states = (): Promise<object[]> =>
      app.database.sql('select id, state from ops.generations where id in ($1, $2)', [left, built]);
    try {
      await builder.query('select pg_advisory_lock(hashtextextended($1, 7306101119))', [built]);
      await app.database.sql(
        `update ops.generations set created_at = now() - interval '2 hours' where id in ($1, $2)`,
        [left, built],
      );
      await eventually('one is dropped', async () => (await states()).length < 2);
      expect(await states()).toEqual([{ id: built, state: 'filling' }]);
    } finally {
      await builder.end();
    }
    await eventually('the other is dropped', async () => (await states()).length === 0);
  });
});

describe('a past moment that is dropped to make room', () => {
  const fixedAt = async (position: number): Promise<string[]> => {
    const rows = await app.database.sql<{ id: string }>(
      `select id from ops.generations where state = 'fixed' and fixed_at = $1`,
      [position],
    );
    return rows.map(({ id }) => id);
  };

  /** As retention does it, without waiting. */
  const drop = (ids: readonly string[]): Promise<void> =>
    app.get(Generations).drop(ids, AbortSignal.abort());

  it('between being found and being read is made once more', async () => {
    await begin();
    const position = await end();
    const path = `roi-totals?limit=1000&asOf=${String(position)}`;
    const before = await ask(path);
    const dropped = await fixedAt(position);
    const owner = new Client({ connectionString: app.database.ownerUrl });
    await owner.connect();
    try {
      // Its hash is looked up in between.
      await owner.query('begin; lock table ledger.commits in access exclusive mode');
      const answer = ask(path);
      await eventually('it is found', () => isTableWaitedFor(app.database, 'ledger.commits'));
      await drop(dropped);
      await owner.query('commit');
      expect(await answer).toEqual(before);
    } finally {
      await owner.end();
    }
    const [again] = await fixedAt(position);
    expect(dropped).toHaveLength(1);
    expect(again).not.toBe(dropped[0]);
  });

  it('while all its rows are being sent is made once more, and none is lost', async () => {
    app = await startApp();
    const count = 8_000;
    const long = 'a long topic '.repeat(70);
    await app.client.bulk(
      Array.from({ length: count }, (_, at) => ({
        command: 'start-execution',
        data: { executionId: `run-${String(at).padStart(4, '0')}`, topic: `${long}${String(at)}` },
      })),
    );
    const position = await end();
    const path = `/v1/projections/execution-status?sort=executionId&asOf=${String(position)}`;
    await ask(`execution-status?limit=1&asOf=${String(position)}`); // a stream is of what is built
    const stream = await openStream(app, path, { accept: 'application/x-ndjson' });
    const dropped = await fixedAt(position);
    await drop(dropped);
    const { complete, text } = await stream.rest();
    expect(complete).toBe(true);
    const rows = text.trimEnd().split('\n');
    const ids = rows.map((row) => (JSON.parse(row) as { executionId: string }).executionId);
    expect(ids).toEqual(
      Array.from({ length: count }, (_, at) => `run-${String(at).padStart(4, '0')}`),
    );
    const [again] = await fixedAt(position);
    expect(again).not.toBe(dropped[0]);
  });
});

describe('a past moment a little behind one that is kept', () => {
  interface Fixed {
    readonly id: string;
    readonly projection: string;
  }

  const fixedAt = (position: number): Promise<Fixed[]> =>
    app.database.sql<Fixed>(
      `select id, projection from ops.generations where state = 'fixed' and fixed_at = $1 order by projection`,
      [position],
    );

  const drop = (generations: readonly Fixed[]): Promise<void> =>
    app.get(Generations).drop(
      generations.map(({ id }) => id),
      AbortSignal.abort(),
    );

  /** All rows of all tables of what stands at a position. */
  const content = async (position: number): Promise<Map<string, unknown>> => {
    const rows = new Map<string, unknown>();
    for (const { id } of await fixedAt(position)) {
      const tables = await app.database.sql<{ name: string }>(
        `select relname as name from pg_class where relnamespace = $1::regnamespace and relkind = 'r'`,
        [id],
      );
      for (const { name } of tables) {
        rows.set(
          name,
          await app.database.sql(`select t::text as row from ${id}.${name} t order by t::text`),
        );
      }
    }
    return rows;
  };

  const askAll = async (position: number): Promise<void> => {
    for (const { name } of projections) await ask(`${name}?asOf=${String(position)}`);
  };

  /** What changes rows that were there, opens new ones, and adds to sums old and new. */
  const goOn = async (): Promise<void> => {
    const { client, keys } = app;
    const call = { agent: 'writer', inputTokens: 5, outputTokens: 7, durationSeconds: 1 };
    const markdown = 'A paragraph of more than fifty characters, as those of articles are.';
    const key = keys.operator;
    const commands: [string, object][] = [
      ['complete-execution', { executionId: 'run-0' }],
      ['record-llm-call', { ...call, executionId: 'run-1', model: 'gpt-4o', costUsd: 0.5 }],
      ['start-execution', { executionId: 'new', topic: 'new' }],
      ['record-llm-call', { ...call, executionId: 'new', model: 'of-nobody' }],
      ['index-article', { source: 'a.md', markdown }],
      ['set-hourly-rate', { usd: 80, effectiveFrom: '2026-01-01' }],
      ['heartbeat-execution', { executionId: 'run-1' }],
    ];
    for (const [name, body] of commands) {
      const { status, body: answer } = await client.command(name, body, { key });
      expect({ name, status, answer }).toMatchObject({ name, status: 200 });
    }
  };

  it('has the rows that the whole ledger makes', async () => {
    await begin();
    const base = await end();
    await askAll(base);
    await goOn();
    const position = await end();
    await askAll(position);
    const continued = await content(position);
    await drop([...(await fixedAt(base)), ...(await fixedAt(position))]);
    await askAll(position);
    expect(continued).toEqual(await content(position));
    expect(continued.size).toBeGreaterThan(projections.length); // rollups too
  });

  /** Topics at the end, after those of a moment a little before it were changed by hand. */
  const topicsFromChanged = async (parked: boolean): Promise<Set<unknown>> => {
    const base = await end();
    await ask(`execution-status?asOf=${String(base)}`);
    const [{ id } = { id: '' }] = await fixedAt(base);
    await app.database.sql(`update ${id}.execution_status set topic = 'by hand'`);
    if (parked) {
      await app.database.sql(
        `insert into ops.parked (generation, position, stream, skipped) values ($1, 1, 'execution-run-0', false)`,
        [id],
      );
    }
    await app.client.command('heartbeat-execution', { executionId: 'run-1' });
    const { rows } = await ask(`execution-status?asOf=${String(await end())}`);
    return new Set(rows.map(({ topic }) => topic));
  };

  it('is made of that one', async () => {
    await begin();
    expect(await topicsFromChanged(false)).toEqual(new Set(['by hand']));
  });

  it('is made of the ledger where that one has parked events', async () => {
    await begin();
    expect(await topicsFromChanged(true)).toEqual(new Set(['Überschrift']));
  });

  it('is made of the ledger where that one lacks much', async () => {
    await begin();
    const base = (await end()) - 40;
    await ask(`execution-status?asOf=${String(base)}`);
    const [{ id } = { id: '' }] = await fixedAt(base);
    await app.database.sql(`update ${id}.execution_status set topic = 'by hand'`);
    const { rows } = await ask(`execution-status?asOf=${String(await end())}`);
    expect(new Set(rows.map(({ topic }) => topic))).toEqual(new Set(['Überschrift']));
  });
});

describe('a read model as of a past time', () => {
  it('is of what was recorded before it', async () => {
    await begin();
    const position = await end();
    await eventually('a later moment', async () => {
      const [row] = await app.database.sql<{ isLater: boolean }>(
        `select clock_timestamp() > max(recorded_at) + interval '5 ms' as "isLater" from ledger.events`,
      );
      return row?.isLater;
    });
    const moment = new Date().toISOString();
    await work(app.client, { executions: 2, calls: 2, prefix: 'later' });
    expect(await ask(`execution-status?asOf=${moment}`)).toMatchObject({
      position: String(position),
    });
    expect(await ask('execution-status?asOf=2020-01-01')).toMatchObject({ position: '0' });
  });

  it.each([
    ['99999999', 'moment-ahead'],
    ['2999-01-01', 'moment-ahead'],
    ['soon', 'malformed'],
    ['-1', 'malformed'],
  ])('%s is no past moment', async (asOf, code) => {
    await begin();
    const answer = await app.client.get(`/v1/projections/roi-totals?asOf=${asOf}`);
    expect(answer).toMatchObject({ status: 400, body: { code, errors: [{ path: 'asOf' }] } });
  });
});
