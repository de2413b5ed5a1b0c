import { z } from 'zod';
import type { IdentifiedExecution } from './execution-ids';
import { isoOf } from './legacy-time';
import { sumColumns, sumNames, sumsOf } from './read-model-sums';
import type { Asking, Difference, Sums } from './read-model-sums';
import { addCall, emptyTally } from './tally';
import type { Tally } from './tally';

const path = '/v1/projections/roi-totals';

const row = z.object({ day: z.string(), agent: z.string(), model: z.string(), ...sumColumns });

const nameOf = (day: string, agent: string, model: string): string => `${day} ${agent} ${model}`;

const byGroup = (executions: readonly IdentifiedExecution[]): Map<string, Tally> => {
  const groups = new Map<string, Tally>();
  for (const { entry } of executions) {
    for (const { call, at } of entry.calls) {
      const name = nameOf(isoOf(at).slice(0, 10), call.agent, call.model);
      const tally = groups.get(name) ?? emptyTally();
      addCall(tally, call);
      groups.set(name, tally);
    }
  }
  return groups;
};

/**
 * Compares the sums by day, agent and model with `roi-totals`. That holds everybody's calls of the
 * day, so it has to hold these, and may hold more.
 */
export const checkTotals = async (
  { client, query }: Asking,
  executions: readonly IdentifiedExecution[],
): Promise<Difference[]> => {
  const found = new Map<string, Sums>();
  const grouped = { ...query, groupBy: 'day,agent,model' };
  for await (const { day, agent, model, ...sums } of client.rows(path, grouped, row)) {
    found.set(nameOf(day, agent, model), sums);
  }
  return [...byGroup(executions)].flatMap(([name, tally]) => {
    const expected = sumsOf(tally);
    const sums = found.get(name);
    return sumNames
      .filter((field) => sums === undefined || sums[field] < expected[field])
      .map((field) => ({
        row: `roi-totals ${name}`,
        field,
        expected: `at least ${expected[field]}`,
        found: sums === undefined ? 'missing' : String(sums[field]),
      }));
  });
};
