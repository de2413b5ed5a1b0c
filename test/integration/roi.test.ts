import { v7 as uuid } from 'uuid';
import { BookOpening } from '../../src/modules/pricing/book-opening';
import { newLineage } from '../../src/modules/ledger/append';
import { Ledger } from '../../src/modules/ledger/ledger.service';
import { keys, startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Accepted, Answer, Problem } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { positionOf, proveLedger } from '../harness/ledger-proof';
import { expectExact } from '../harness/read-models';

interface Told extends Accepted {
  readonly plan?: Record<string, unknown>;
  readonly effects?: Record<string, unknown>;
}
type Rows = { readonly rows: readonly Record<string, unknown>[] };

const operator = { key: keys.operator };
const call = {
  agent: 'writer',
  model: 'gpt-4o',
  inputTokens: 1_000_000,
  outputTokens: 0,
  durationSeconds: 1,
};

let database: TestDatabase;
let app: TestApp;
const start = async (): Promise<void> => {
  app = await startApp({ database });
};

beforeEach(async () => {
  database = await freshDatabase();
  await start();
});
afterEach(async () => {
  await app.stop();
  await proveLedger(database);
  await database.drop();
});

const asOperator = (name: string, body: object): Promise<Answer<Told & Problem>> =>
  app.client.command<Told & Problem>(name, body, operator);
const priceFrom = (effectiveFrom: string, usd: number, model = 'gpt-4o') =>
  asOperator('set-price', {
    model,
    effectiveFrom,
    inputUsdPerMillion: usd,
    outputUsdPerMillion: 1,
  });
const record = (executionId: string, change: object = {}) =>
  app.client.command('record-llm-call', { executionId, ...call, ...change });
const costOf = ({ body }: Answer<Accepted>): unknown => body.events[0]?.data['cost'];
const roi = async (position: string, query = 'groupBy='): Promise<Record<string, unknown>[]> => {
  const path = `/v1/projections/roi-totals?${query}&minPosition=${position}`;
  const { body } = await app.client.get<Rows>(path);
  return [...body.rows];
};

describe('a price', () => {
  beforeEach(() => app.client.command('start-execution', { executionId: 'one' }));

  it('holds for the calls of its time, and not for those before', async () => {
    await priceFrom('2026-03-01', 2);
    await priceFrom('2026-04-01', 3);
    const at = async (occurredAt: string) => costOf(await record('one', { occurredAt }));
    expect(await at('2026-02-28T23:59:59.999999Z')).toEqual({ source: 'unpriced' });
    expect(await at('2026-03-01T00:00:00Z')).toMatchObject({ nanoUsd: '2000000000' });
    expect(await at('2026-05-01T00:00:00Z')).toMatchObject({ nanoUsd: '3000000000' });
  });

  it('that was acknowledged by one process is known to every other at once', async () => {
    const other = await startApp({ database });
    try {
      await record('one'); // this process has read the book
      for (let usd = 1; usd <= 10; usd += 1) {
        const body = { model: 'gpt-4o', effectiveFrom: '2026-01-01', outputUsdPerMillion: 1 };
        const set = { ...body, inputUsdPerMillion: usd };
        expect(await other.client.command('set-price', set, operator)).toMatchObject({
          status: 200,
        });
        const costs = await Promise.all([record('one'), record('one'), record('one')]);
        for (const cost of costs.map(costOf)) {
          expect(cost).toMatchObject({ source: 'computed', nanoUsd: `${String(usd)}000000000` });
        }
      }
    } finally {
      await other.stop();
    }
  });

  it('for the same day supersedes, and history shows both', async () => {
    await priceFrom('2026-03-01', 2);
    const { body } = await priceFrom('2026-03-01', 3);
    expect((await priceFrom('2026-03-01', 3)).body.events).toEqual([]);
    const path = `/v1/projections/price-book?minPosition=${body.position}`;
    const { body: book } = await app.client.get<Rows>(path);
    expect(book.rows.map((row) => row['inputUsdPerMillion'])).toEqual([2, 3]);
    expect(costOf(await record('one'))).toMatchObject({ nanoUsd: '3000000000' });
  });

  it('of the past says how many recorded calls it would change', async () => {
    await record('one');
    await record('one', { costUsd: 5 });
    const { body } = await priceFrom('2026-01-01', 2);
    expect(body.effects).toEqual({
      calls: 2,
      changed: 1,
      isCountWhole: true,
      differenceNanoUsd: '2000000000',
      differenceUsd: 2,
    });
    expect((await priceFrom('2099-01-01', 9)).body.effects).toBeUndefined();
  });
});

describe('money', () => {
  test('is exact beyond 64 bits: calls whose costs are in a wrong unit stop no read model', async () => {
    await app.client.command('start-execution', { executionId: 'dear' });
    const costUsd = 1_000_000;
    const dear = { command: 'record-llm-call', data: { executionId: 'dear', ...call, costUsd } };
    const { body } = await app.client.bulk(new Array(10_000).fill(dear));
    expect(new Set(body.map(({ status }) => status))).toEqual(new Set([200]));
    const last = String(await positionOf(database));
    const costNanoUsd = String(10_000n * 10n ** 15n);
    for (const path of ['execution-status/dear', 'roi-executions/dear', 'roi-totals?groupBy=']) {
      const found = await eventually(`${path} at ${last}`, async () => {
        const moment = `${path.includes('?') ? '&' : '?'}minPosition=${last}`;
        const answer = await app.client.get<{ row?: object; rows?: object[] }>(
          `/v1/projections/${path}${moment}`,
        );
        if (answer.status === 503) throw new Error(JSON.stringify(answer.body));
        return answer.body;
      });
      expect(found.row ?? found.rows?.[0]).toMatchObject({ costNanoUsd });
    }
    await expectExact(database);
  });
});

describe('a repricing', () => {
  const january = { from: '2026-01-01', to: '2026-02-01', reason: 'the list price was wrong' };
  const at = (day: string) => ({ occurredAt: `2026-01-${day}T12:00:00Z` });
  let last = '0';

  beforeEach(async () => {
    await priceFrom('2026-01-01', 2);
    for (const executionId of ['one', 'two']) {
      await app.client.command('start-execution', { executionId, ...at('01') });
      await record(executionId, at('05'));
      await record(executionId, { ...at('06'), costUsd: 7 });
      await record(executionId, { ...at('07'), model: 'nobody-knows' });
    }
    await record('two', { occurredAt: '2026-02-01T00:00:00Z' });
    await priceFrom('2026-01-01', 3);
    last = (await priceFrom('2026-01-01', 1, 'nobody-knows')).body.position;
  });

  const expected = { executions: 2, calls: 6, changed: 4, reported: 2, unpriced: 0 };

  it('as a dry run lists calls and costs, and records nothing', async () => {
    const stood = await positionOf(database);
    const { body } = await asOperator('reprice-calls', { ...january, dryRun: true });
    expect(body).toMatchObject({ events: [], plan: { ...expected, differenceUsd: 4 } });
    expect(body.plan).toMatchObject({
      previousNanoUsd: '4000000000',
      repricedNanoUsd: '8000000000',
    });
    const listed = body.plan?.['listed'] as Record<string, unknown>[];
    expect(
      listed.map((one) => [one['executionId'], one['previousNanoUsd'], one['nanoUsd']]),
    ).toEqual([
      ['one', '2000000000', '3000000000'],
      ['one', null, '1000000000'],
      ['two', '2000000000', '3000000000'],
      ['two', null, '1000000000'],
    ]);
    expect(await positionOf(database)).toBe(stood);
  });

  it('stands beside what was billed from then on, everywhere', async () => {
    const before = await roi(last, 'groupBy=&to=2026-02-01');
    expect(before).toMatchObject([
      { costUsd: 18, repricedNanoUsd: '18000000000', unpricedCalls: '2' },
    ]);
    const { body } = await asOperator('reprice-calls', january);
    expect(body.effects).toMatchObject({ status: 'completed', ...expected });
    const after = await roi(body.position, 'groupBy=&to=2026-02-01');
    expect(after).toMatchObject([
      { costUsd: 18, repricedNanoUsd: '22000000000', unpricedCalls: '0' },
    ]);
    const row = await app.client.get<{ row: object }>(
      `/v1/projections/roi-executions/two?minPosition=${body.position}`,
    );
    expect(row.body.row).toMatchObject({ costUsd: 11, repricedNanoUsd: '13000000000' });
    await expectExact(database);
  });

  it('of one model leaves the others', async () => {
    const { body } = await asOperator('reprice-calls', { ...january, model: 'nobody-knows' });
    expect(body.effects).toMatchObject({ calls: 2, changed: 2, repricedNanoUsd: '2000000000' });
  });

  it('again changes nothing', async () => {
    await asOperator('reprice-calls', january);
    const { body } = await asOperator('reprice-calls', january);
    expect(body.effects).toMatchObject({ status: 'completed', changed: 0 });
  });

  it('goes on after a stop from what it has recorded, counting all of it once', async () => {
    await app.stop();
    app = await startApp({ database, env: { FLOWLEDGER_PARTS: 'api,projector' } }); // nobody to carry it out
    const plan = await asOperator('reprice-calls', { ...january, dryRun: true });
    const [first] = plan.body.plan?.['listed'] as Record<string, unknown>[];
    const { executionId, ...listed } = first!;
    const ledger = app.get(Ledger);
    const common = {
      expected: 0,
      lineage: newLineage(),
      step: 1,
      grounds: [],
      actor: 'test',
      deploymentId: null,
      correlationId: 'c',
      causationId: null,
      idempotency: null,
      occurredAt: '2026-05-01T00:00:00.000000Z',
    };
    const data = {
      ...january,
      from: `${january.from}T00:00:00.000000Z`,
      to: `${january.to}T00:00:00.000Z`,
    };
    const facts = await database.sql<{ facts: number }>(
      "select count(*)::int as facts from ledger.events where stream = 'pricebook-main'",
    );
    await ledger.append({
      ...common,
      stream: 'repricing-interrupted',
      events: [
        {
          eventId: uuid(),
          type: 'RepricingStarted',
          schemaVersion: 1,
          data: JSON.stringify({ ...data, model: null, bookFacts: facts[0]?.facts }),
        },
      ],
    });
    await asOperator('record-repricing', {
      executionId,
      repricing: 'interrupted',
      calls: [listed],
    });
    await app.stop();
    await start();
    const end = await eventually('the end of the repricing', async () => {
      const { body } = await app.client.get<Rows>(
        '/v1/projections/repricings?repricing=interrupted',
      );
      return body.rows.find((row) => row['status'] === 'completed');
    });
    expect(end).toMatchObject({ changedCalls: '4', differenceUsd: 4 });
    const [event] = await database.sql<{ data: object }>(
      "select data from ledger.events where type = 'RepricingCompleted'",
    );
    expect(event?.data).toMatchObject(expected);
  });

  it('that is cancelled ends as such', async () => {
    await app.stop();
    app = await startApp({ database, env: { FLOWLEDGER_PARTS: 'api,projector' } });
    const asked = asOperator('reprice-calls', { ...january, repricingId: 'stopped' });
    const cancel = () => asOperator('cancel-repricing', { repricingId: 'stopped' });
    await eventually('it is there to be cancelled', async () => (await cancel()).status === 200);
    expect((await asked).body.effects).toMatchObject({ status: 'cancelled' });
  });
});

describe("people's hours", () => {
  it('are the sums of their parts under every grouping, and agree with the executions', async () => {
    await app.get(BookOpening).ensure();
    let position = '0';
    for (const [executionId, agents] of Object.entries({
      one: ['research_agent', 'writer_agent', 'writer_agent'],
      two: ['writer', 'illustrator'],
      three: ['editor'],
    })) {
      await app.client.command('start-execution', { executionId });
      for (const agent of agents) await record(executionId, { agent, inputTokens: 1_000 });
      const end = executionId === 'three' ? 'fail-execution' : 'complete-execution';
      position = (await app.client.command(end, { executionId })).body.position;
    }
    // research 2 + writer 3; writer 3 + other 1; what failed earns nothing
    const [all] = await roi(position);
    expect(all).toMatchObject({ calls: '6', humanHours: 9, humanCostUsd: 675, costUsd: 0.015 });
    expect(all).toMatchObject({ multiplier: 45_000, costNanoUsd: '15000000' });
    for (const groupBy of ['agent', 'model', 'deployment', 'day', 'execution', 'agent,execution']) {
      const rows = await roi(position, `groupBy=${groupBy}`);
      const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name]), 0);
      expect([groupBy, sum('humanHours'), sum('calls')]).toEqual([groupBy, 9, 6]);
    }
    const byExecution = await roi(position, 'groupBy=execution');
    expect(
      byExecution.map((row) => [row['execution'], row['humanHours'], row['multiplier']]),
    ).toEqual([
      ['one', 5, 50_000],
      ['three', 0, 0],
      ['two', 4, 60_000],
    ]);
    await expectExact(database);
  });

  it('make no infinite multiplier where nothing was paid', async () => {
    await app.get(BookOpening).ensure();
    await app.client.command('start-execution', { executionId: 'free' });
    await record('free', { costUsd: 0 });
    const { body } = await app.client.command('complete-execution', { executionId: 'free' });
    expect(await roi(body.position)).toMatchObject([{ humanHours: 3, multiplier: null }]);
  });
});

describe('the first facts of the price book', () => {
  it('are there once, however many processes begin at once, and again', async () => {
    const other = await startApp({ database });
    await Promise.all([app, other].map((one) => one.get(BookOpening).ensure()));
    const stood = await positionOf(database);
    await app.get(BookOpening).ensure();
    expect(await positionOf(database)).toBe(stood);
    await other.stop();
    const counts = await database.sql<{ type: string; count: number }>(
      'select type, count(*)::int as count from ledger.events group by type order by type',
    );
    expect(counts).toEqual([
      { type: 'BenchmarkSet', count: 5 },
      { type: 'HourlyRateSet', count: 1 },
      { type: 'PricesImported', count: 32 },
    ]);
  });
});

describe('a service', () => {
  it('may say what things cost, and may not take over whole lists', async () => {
    const said = {
      'set-price': {
        model: 'm',
        effectiveFrom: '2026-01-01',
        inputUsdPerMillion: 1,
        outputUsdPerMillion: 1,
      },
      'set-benchmark': { agent: 'writer', hours: 4, effectiveFrom: '2026-01-01' },
      'set-hourly-rate': { usd: 80, effectiveFrom: '2026-01-01' },
      'reprice-calls': { from: '2026-01-01', to: '2026-02-01', reason: 'late', dryRun: true },
    };
    for (const [name, body] of Object.entries(said)) {
      expect([name, (await app.client.command(name, body)).status]).toEqual([name, 200]);
    }
    expect(await app.client.command('import-prices', {})).toMatchObject({ status: 403 });
  });
});
