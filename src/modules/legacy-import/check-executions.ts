import { z } from 'zod';
import type { IdentifiedExecution } from './execution-ids';
import type { ExecutionEntry } from './legacy-log';
import { isoOf } from './legacy-time';
import { sumColumns } from './read-model-sums';
import type { Asking, Difference } from './read-model-sums';
import { tallyOf } from './tally';
import type { Tally } from './tally';

const path = '/v1/projections/execution-status';

const row = z.object({
  executionId: z.string(),
  status: z.string(),
  agent: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  unpricedCalls: z.int(),
  ...sumColumns,
});

type Row = z.output<typeof row>;
type Facts = Readonly<Record<string, string | null>>;
type Fault = Omit<Difference, 'row'>;

/** The same moment in one form: how many digits of a second are shown is the server's choice. */
const moment = (iso: string): string => {
  const [, seconds = '', fraction = ''] = /^([^.Z]*)(?:\.(\d+))?Z$/.exec(iso) ?? [];
  return `${seconds}.${fraction.padEnd(6, '0')}Z`;
};

const expectedFacts = (entry: ExecutionEntry, tally: Tally): Facts => ({
  agent: entry.execution.agent,
  startedAt: isoOf(entry.startedAt),
  // One that is still running in the log may well have ended since.
  ...(entry.endedAt === null ? {} : { status: 'completed', endedAt: isoOf(entry.endedAt) }),
  calls: String(tally.calls),
  inputTokens: String(tally.inputTokens),
  outputTokens: String(tally.outputTokens),
});

const foundFacts = ({ status, agent, startedAt, endedAt, ...sums }: Row): Facts => ({
  status,
  agent,
  startedAt: moment(startedAt),
  endedAt: endedAt === null ? null : moment(endedAt),
  calls: String(sums.calls),
  inputTokens: String(sums.inputTokens),
  outputTokens: String(sums.outputTokens),
});

const factFaults = (expected: Facts, found: Facts): Fault[] =>
  Object.entries(expected)
    .filter(([field, value]) => value !== found[field])
    .map(([field, value]) => ({
      field,
      expected: value ?? 'nothing',
      found: found[field] ?? 'nothing',
    }));

/**
 * Calls without a cost in the log are priced by the book where that knows their models: then fewer are
 * without a price, and the cost is higher by as much as the book says.
 */
const costFaults = ({ unpricedCalls, costNanoUsd }: Tally, found: Row): Fault[] => {
  const booked = unpricedCalls - found.unpricedCalls;
  const isCostRight =
    booked > 0 ? found.costNanoUsd >= costNanoUsd : found.costNanoUsd === costNanoUsd;
  const calls = {
    field: 'unpricedCalls',
    expected: `at most ${unpricedCalls}`,
    found: String(found.unpricedCalls),
  };
  const cost = {
    field: 'costNanoUsd',
    expected: `${booked > 0 ? 'at least ' : ''}${costNanoUsd}`,
    found: String(found.costNanoUsd),
  };
  return [...(booked < 0 ? [calls] : []), ...(isCostRight ? [] : [cost])];
};

const faultsOf = (entry: ExecutionEntry, found: Row): Fault[] => {
  const tally = tallyOf([entry]);
  const faults = factFaults(expectedFacts(entry, tally), foundFacts(found));
  return [...faults, ...costFaults(tally, found)];
};

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
    const about = `execution-status ${found.executionId}`;
    differences.push(...faultsOf(entry, found).map((fault) => ({ row: about, ...fault })));
  }
  const missing = [...awaited.keys()].map((executionId) => ({
    row: `execution-status ${executionId}`,
    field: 'row',
    expected: 'one',
    found: 'missing',
  }));
  return [...differences, ...missing];
};
