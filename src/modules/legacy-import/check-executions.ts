import { z } from 'zod';
import type { IdentifiedExecution } from './execution-ids';
import type { ExecutionEntry } from './legacy-log';
import { isoOf } from './legacy-time';
import { sumColumns, sumNames, sumsOf } from './read-model-sums';
import type { Asking, Difference, Sums } from './read-model-sums';
import { tallyOf } from './tally';

const path = '/v1/projections/execution-status';

const row = z.object({
  executionId: z.string(),
  status: z.string(),
  agent: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  ...sumColumns,
});

type Facts = Readonly<Record<string, string | null>>;

const texts = (sums: Sums): Facts =>
  Object.fromEntries(sumNames.map((name) => [name, String(sums[name])]));

/** The same moment in one form: how many digits of a second are shown is the server's choice. */
const moment = (iso: string): string => {
  const [, seconds = '', fraction = ''] = /^([^.Z]*)(?:\.(\d+))?Z$/.exec(iso) ?? [];
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
};

const expectedFacts = (entry: ExecutionEntry): Facts => ({
  agent: entry.execution.agent,
  startedAt: isoOf(entry.startedAt),
  // One that is still running in the log may well have ended since.
  ...(entry.endedAt === null ? {} : { status: 'completed', endedAt: isoOf(entry.endedAt) }),
  ...texts(sumsOf(tallyOf([entry]))),
});

const foundFacts = ({
  status,
  agent,
  startedAt,
  endedAt,
  ...sums
}: z.output<typeof row>): Facts => ({
  ...{ status, agent, startedAt: moment(startedAt) },
  endedAt: endedAt === null ? null : moment(endedAt),
  ...texts(sums),
});

const compare = (executionId: string, expected: Facts, found: Facts): Difference[] =>
  Object.entries(expected)
    .filter(([field, value]) => value !== found[field])
    .map(([field, value]) => ({
      row: `execution-status ${executionId}`,
      field,
      expected: value ?? 'nothing',
      found: found[field] ?? 'nothing',
    }));

/** Compares each execution with its row in `execution-status`, figure by figure. */
export const checkExecutions = async (
  { client, query }: Asking,
  executions: readonly IdentifiedExecution[],
): Promise<Difference[]> => {
  const awaited = new Map(executions.map(({ executionId, entry }) => [executionId, entry]));
  const differences: Difference[] = [];
  for await (const found of client.rows(path, query, row)) {
    const entry = awaited.get(found.executionId);
    if (entry === undefined) continue; // somebody else's, of the same days
    awaited.delete(found.executionId);
    differences.push(...compare(found.executionId, expectedFacts(entry), foundFacts(found)));
  }
  const missing = [...awaited.keys()].map((executionId) => ({
    row: `execution-status ${executionId}`,
    field: 'row',
    expected: 'one',
    found: 'missing',
  }));
  return [...differences, ...missing];
};
