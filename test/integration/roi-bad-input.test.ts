import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Answer, Problem } from '../harness/client';
import { positionOf } from '../harness/ledger-proof';

let app: TestApp;
let stood: number;
beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  stood = await positionOf(app.database);
});
afterEach(async () => {
  expect(await positionOf(app.database)).toBe(stood);
});
afterAll(() => app.stop());

const asOperator = (name: string, body: object): Promise<Answer<Problem>> =>
  app.client.command<Problem>(name, body, { key: app.keys.operator });

describe('bad input about money', () => {
  const price = {
    model: 'm',
    effectiveFrom: '2026-01-01',
    inputUsdPerMillion: 1,
    outputUsdPerMillion: 1,
  };
  const calls = { from: '2026-01-01', to: '2026-02-01', reason: 'r' };

  it.each([
    ['set-price', { ...price, inputUsdPerMillion: -1 }, 'inputUsdPerMillion'],
    ['set-price', { ...price, outputUsdPerMillion: 4e-10 }, 'outputUsdPerMillion'],
    ['set-price', { ...price, outputUsdPerMillion: 1e9 }, 'outputUsdPerMillion'],
    ['set-price', { ...price, inputUsdPerMillion: '$2.50' }, 'inputUsdPerMillion'],
    ['set-price', { ...price, model: 'm'.repeat(129) }, 'model'],
    ['set-price', { ...price, effectiveFrom: '2014-12-31' }, 'effectiveFrom'],
    ['set-price', { ...price, effectiveFrom: 'yesterday' }, 'effectiveFrom'],
    ['set-price', { ...price, inputUsdPerMillions: 1 }, 'inputUsdPerMillions'],
    ['set-benchmark', { agent: 'a'.repeat(129), hours: 1, effectiveFrom: '2026-01-01' }, 'agent'],
    ['set-benchmark', { agent: 'a', hours: -1, effectiveFrom: '2026-01-01' }, 'hours'],
    ['set-benchmark', { agent: 'a', hours: 1e-7, effectiveFrom: '2026-01-01' }, 'hours'],
    ['set-hourly-rate', { usd: 4e-10, effectiveFrom: '2026-01-01' }, 'usd'],
    ['set-hourly-rate', { usd: '€75', effectiveFrom: '2026-01-01' }, 'usd'],
    ['reprice-calls', { ...calls, to: '2026-01-01' }, 'to'],
    ['reprice-calls', { ...calls, reason: '' }, 'reason'],
    [
      'import-prices',
      {
        provider: 'p',
        source: 's',
        models: [{ model: 'm', match: [[{ is: 'regex', text: '(' }]], prices: [price] }],
      },
      'models.0.match.0.0.text',
    ],
    [
      'import-prices',
      { provider: 'p', source: 's', modelMatch: [[{ is: 'regex', text: '^(a+)+$' }]], models: [] },
      'modelMatch.0.0.text',
    ],
  ])('%s %j is refused, naming %s', async (name, body, path) => {
    const { status, body: problem } = await asOperator(name, body);
    expect([status, problem.code]).toEqual([400, 'malformed']);
    expect(problem.errors?.map((fault) => fault.path)).toContain(path);
  });

  it('overlapping prices in one list are refused', async () => {
    const one = { ...price, model: undefined };
    const twice = [one, one];
    const models = [{ model: 'm', match: [[{ is: 'equals', text: 'm' }]], prices: twice }];
    const { status, body } = await asOperator('import-prices', { provider: 'p', models });
    expect([status, body.errors?.[0]?.message]).toEqual([
      400,
      'm has two prices from the same time on',
    ]);
  });
});
