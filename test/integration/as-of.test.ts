import { projections } from '../../src/projections';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { operatorOf, schemasOf } from '../harness/rebuilds';
import { expectExact } from '../harness/read-models';
import { work } from '../harness/work';

jest.setTimeout(120_000);

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
  const { status, body } = await app.client.get<Answer>(`/v1/projections/${path}`);
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
    ...{ projections: [name], scope: { toPosition: position } },
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
    const row = await app.client.get(`/v1/projections/execution-status/run-0?asOf=${position}`);
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
    expect(answer).toMatchObject({ status: 400, body: { code } });
  });
});
