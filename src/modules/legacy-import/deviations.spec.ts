import { deviationsOf } from './deviations';
import { readLegacyLog } from './legacy-log';

const reading = { timeZone: 'UTC', now: Date.parse('2026-01-01T00:00:00Z') };

const execution = (costs: readonly number[], totals: object) => ({
  execution_id: 'writer',
  agent: 'writer',
  start_time: '2025-03-10T09:15:00',
  llm_calls: costs.map((cost_usd) => ({
    timestamp: '2025-03-10T09:15:01',
    agent: 'writer',
    model: 'gpt-4o',
    input_tokens: 10,
    output_tokens: 5,
    total_tokens: 15,
    cost_usd,
  })),
  ...totals,
});

const found = (executions: readonly object[], summary?: object): string[] =>
  deviationsOf(readLegacyLog({ executions, summary }, reading)).map(
    ({ index, field, file, calls, verdict }) =>
      `${index ?? 'summary'} ${field} ${file} for ${calls} ${verdict}`,
  );

const costs = (calls: readonly number[], total: number): string[] =>
  found([execution(calls, { total_cost_usd: total })]);

describe('the totals of a log against its calls', () => {
  it('agree, or are not there', () => {
    expect(costs([0.1, 0.2], 0.3)).toEqual([]); // 0.30000000000000004 in floats
    expect(found([execution([0.1], {})])).toEqual([]);
    expect(found([execution([], { total_tokens: 0 })], {})).toEqual([]);
  });

  it.each([
    [0.01125, 0.0112, 'a tie, to even'],
    [0.01125, 0.0113, 'a tie, up'],
    [0.000255, 0.0003, 'up'],
    [0.20004, 0.2, 'zeros at the end are not shown'],
    [0.00004, 0, 'down to nothing'],
    [0.123456789, 0.1234568, 'seven digits'],
  ])('are rounded where %s is given as %s (%s)', (call, total) => {
    expect(costs([call], total)).toEqual([expect.stringMatching(/rounded$/)]);
  });

  it.each([
    [0.01125, 0.0114],
    [0.01125, 0.0111],
    [0.24, 0.2],
    [0.4, 0],
    [0.123456789, 0.1234569],
    [0.01, 1e-7],
  ])('differ where %s is given as %s', (call, total) => {
    expect(costs([call], total)).toEqual([expect.stringMatching(/differs$/)]);
  });

  it('are named by entry and field, with both figures', () => {
    const totals = { total_input_tokens: 11, total_output_tokens: 5, total_tokens: 16 };
    expect(
      found([execution([], {}), execution([0.00055], { ...totals, total_cost_usd: 0.0006 })]),
    ).toEqual([
      '1 total_input_tokens 11 for 10 differs',
      '1 total_tokens 16 for 15 differs',
      '1 total_cost_usd 0.0006 for 0.00055 rounded',
    ]);
  });

  it('include the sum of a single call', () => {
    const entry = execution([0.1], {});
    Object.assign(entry.llm_calls[0]!, { total_tokens: 14 });
    expect(found([entry])).toEqual(['0 llm_calls[0].total_tokens 14 for 15 differs']);
  });

  it('include the summary, rounded to two digits', () => {
    const entries = [execution([0.105], {}), execution([0.10752], {})];
    const summary = { total_executions: 2, total_tokens: 30, total_cost_usd: 0.21 };
    expect(found(entries, summary)).toEqual(['summary total_cost_usd 0.21 for 0.21252 rounded']);
    expect(found(entries, { total_executions: 3, total_tokens: 31, total_cost_usd: 0.22 })).toEqual(
      [
        'summary total_executions 3 for 2 differs',
        'summary total_tokens 31 for 30 differs',
        'summary total_cost_usd 0.22 for 0.21252 differs',
      ],
    );
  });

  it('take a summary as rounded that sums what was rounded before', () => {
    const rounded = Array.from({ length: 300 }, () =>
      execution([0.00025], { total_cost_usd: 0.0002 }),
    );
    expect(found(rounded, { total_cost_usd: 0.06 }).at(-1)).toBe(
      'summary total_cost_usd 0.06 for 0.075 rounded',
    );
  });
});
