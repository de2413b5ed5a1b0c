import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';
import { rollbackCommands } from '../../commands/rollback/rollback.commands';
import { Problem } from '../http/problem';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import { Hopeless } from '../rebuild/hopeless';
import { StepFailure, isPassing } from './rollback-step';

const recorded = ({ message: cause, holds, doesNotHold }: StepFailure) =>
  rollbackCommands.FailRollbackStep.schema.parse({
    ...{ rollbackId: 'r1', step: 'prove', seconds: 1, budgetSeconds: 5, health: 'healthy' },
    ...{ cause, holds, doesNotHold },
  });

test('a failure is told as it is', () => {
  const { cause, holds, doesNotHold } = recorded(new StepFailure('no', ['a'], ['b', 'c']));
  expect({ cause, holds, doesNotHold }).toEqual({
    cause: 'no',
    holds: ['a'],
    doesNotHold: ['b', 'c'],
  });
});

test('a failure of which there is too much to tell can be recorded all the same', () => {
  const faults = Array.from({ length: 300 }, (_, index) => `stream ${String(index)} is parked`);
  const { doesNotHold } = recorded(new StepFailure('the proof does not hold', [], faults));
  expect(doesNotHold).toHaveLength(200);
  expect(doesNotHold.slice(-2)).toEqual(['stream 198 is parked', 'and 101 others']);
  const long = 'é'.repeat(5_000);
  expect(recorded(new StepFailure(long, [long], [long])).holds[0]).toHaveLength(2_000);
});

test('a failure without a word can be recorded', () => {
  expect(recorded(new StepFailure('', [], [''])).cause).toMatch(/did not say why/);
});

const failedQuery = (code: string): Error =>
  new QueryFailedError('', [], Object.assign(new DatabaseError('', 0, 'error'), { code }));

test.each([
  ['the socket', new Error('connect ECONNREFUSED')],
  ['the database that ends', failedQuery('57P01')],
  ['the ledger', new LedgerUnavailable('the database is away')],
  ['a proof under way', new Problem(503, 'proof-under-way', 'try again')],
])('what %s says passes, and the step is tried again', (_who, error) => {
  expect(isPassing(error)).toBe(true);
});

test.each([
  ['a view that others depend on', failedQuery('2BP01')],
  ['a generation of before what is void', new Hopeless('it shows what is void')],
])('%s does not pass: the step has failed', (_what, error) => {
  expect(isPassing(error)).toBe(false);
});
