import type { EventsOf } from '../../events';
import type { executionEventSchemas } from '../../events/execution.events';
import { microHoursInHour, microHoursOf } from '../../events/hours';
import { halfEven } from '../../events/money';
import { inForce } from './in-force';
import type { Benchmark, PriceBook } from './pricebook.state';

type Benefit = Extract<EventsOf<typeof executionEventSchemas>, { type: 'BenefitEarned' }>['data'];
export type Share = Benefit['shares'][number];

/** The benchmark for agents that have none of their own. */
const anyOther = 'other';

/** Benchmarks that may be an agent's, the closest first: `writer_agent` is a `writer`, else an `other`. */
const namesOf = (agent: string): string[] => {
  const name = agent.toLowerCase();
  return [name, name.replace(/[ _-]?agent$/, ''), anyOther];
};

const benchmarkOf = (
  book: PriceBook,
  agent: string,
  at: string,
): { readonly name: string; readonly benchmark: Benchmark } | undefined => {
  for (const name of namesOf(agent)) {
    const benchmark = inForce(book.benchmarks.get(name) ?? [], at);
    if (benchmark !== undefined) return { name, benchmark };
  }
  return undefined;
};

/**
 * What a person in place of `agent` would have cost at the time `at`: the benchmark's hours, to the
 * millionth, by the hourly rate, rounded half to even to a nano-dollar. Undefined where the book has
 * no benchmark or no rate for that time.
 */
export const shareOf = (
  book: PriceBook,
  agent: string,
  model: string,
  at: string,
): Share | undefined => {
  const found = benchmarkOf(book, agent, at);
  const rate = inForce(book.hourlyRates, at);
  if (found === undefined || rate === undefined) return undefined;
  const { hours } = found.benchmark;
  const hourly = rate.hourlyNanoUsd;
  const nanoUsd = halfEven(microHoursOf(hours) * hourly, BigInt(microHoursInHour));
  return {
    agent,
    model,
    benchmark: found.name,
    hours,
    hourlyNanoUsd: String(hourly),
    nanoUsd: String(nanoUsd),
  };
};
