import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';
import { rollbackCommands } from '../../commands/rollback/rollback.commands';
import { Problem } from '../http/problem';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import { Hopeless } from '../rebuild/hopeless';
import { StepFailure, StepHindrance, remedyFor } from './rollback-step';

const recorded = ({ message: cause, holds, doesNotHold }: StepFailure) =>
  rollbackCommands.FailRollbackStep.schema.parse({
    rollbackId: 'r1',
    step: 'prove',
    seconds: 1,
    budgetSeconds: 5,
    health: 'healthy',
    cause,
    holds,
    doesNotHold,
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

const unreachable = new Problem(503, 'unavailable', 'the database does not answer, try again');

test.each([
  ['the socket', Object.assign(new Error(''), { code: 'ECONNREFUSED' })],
  ['the database that ends', failedQuery('57P01')],
  ['the database that starts', failedQuery('57P03')],
  ['the ledger', new LedgerUnavailable('the database is away')],
  ['a reader', unreachable],
  ['a read model that waits for the broker', new StepHindrance('the broker is away')],
])('what %s says is waited out', (_who, error) => {
  expect(remedyFor(error)).toBe('wait');
});

test.each([
  ['a proof under way', new Problem(503, 'proof-under-way', 'try again')],
  ['a rebuild under way', new Problem(409, 'rebuild-under-way', 'wait for its end')],
  ['a lock', failedQuery('55P03')],
  ['a statement that took too long', failedQuery('57014')],
  ['one that the ledger sent', new LedgerUnavailable('', { cause: failedQuery('57014') })],
])('%s may pass: the step is tried again while it has time', (_what, error) => {
  expect(remedyFor(error)).toBe('retry');
});

test.each([
  ['a view that others depend on', failedQuery('2BP01')],
  ['a table that is not there', failedQuery('42P01')],
  ['a generation of before what is void', new Hopeless('it shows what is void')],
  ['a mistake of the code', new TypeError("Cannot read properties of undefined (reading 'id')")],
  ['an error of its own', new Error('there is no roi_totals_v2_1 that is fed')],
  ['a command that is malformed', new Problem(400, 'malformed', 'projections: is required')],
])('%s does not pass: the step has failed', (_what, error) => {
  expect(remedyFor(error)).toBe('fail');
});
