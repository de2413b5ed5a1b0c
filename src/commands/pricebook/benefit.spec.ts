import { shareOf } from './benefit';
import { emptyBook, evolve } from './pricebook.state';
import type { PricebookEvent } from './pricebook.state';

const january = '2026-01-01T00:00:00.000Z';
const at = '2026-01-08T22:32:15.550791Z';

const benchmark = (agent: string, hours: number): PricebookEvent => ({
  type: 'BenchmarkSet',
  data: { agent, hours, effectiveFrom: january, source: 's' },
});
const rate: PricebookEvent = {
  type: 'HourlyRateSet',
  data: { hourlyNanoUsd: '75000000000', effectiveFrom: january, source: 's' },
};
const bookOf = (...facts: PricebookEvent[]) => facts.reduce(evolve, emptyBook);

describe('what a person would have cost', () => {
  const names = ['writer', 'qa', 'QA-Agent', 'other'];
  const book = bookOf(rate, ...names.map((name) => benchmark(name, 1)));

  test.each([
    ['writer', 'writer'],
    ['Writer Agent', 'writer'],
    ['writer_agent', 'writer'],
    ['qa-agent', 'qa-agent'],
    ['qa_agent', 'qa'],
    ['agents', 'other'],
  ])('in place of %s goes by the benchmark of %s', (agent, name) => {
    expect(shareOf(book, agent, 'm', at)).toMatchObject({ agent, benchmark: name });
  });

  test('is the hours of the benchmark, to the millionth, by the rate', () => {
    const share = shareOf(bookOf(rate, benchmark('writer', 1.001)), 'writer', 'm', at);
    const money = { hourlyNanoUsd: '75000000000', nanoUsd: '75075000000' };
    expect(share).toEqual({
      agent: 'writer',
      model: 'm',
      benchmark: 'writer',
      hours: 1.001,
      ...money,
    });
  });

  test('is not made up where no rate or no benchmark was in force', () => {
    expect(shareOf(bookOf(benchmark('writer', 1)), 'writer', 'm', at)).toBeUndefined();
    expect(shareOf(bookOf(rate), 'writer', 'm', at)).toBeUndefined();
    const before = '2025-12-31T23:59:59.999999Z';
    expect(shareOf(bookOf(rate, benchmark('writer', 1)), 'writer', 'm', before)).toBeUndefined();
  });
});
