import { connect } from 'node:net';
import { once } from 'node:events';
import { DatabaseError, Pool } from 'pg';
import { QueryFailedError, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { isOutage, leavesOpen } from './outage';

const failed = (code: string): DatabaseError =>
  Object.assign(new DatabaseError('', 0, 'error'), { code });
const wrapped = (error: Error): Error => new QueryFailedError('select 1', [], error);

const outages = ['08006', '53300', '57P01', '57P03', '58030', '55000', '25006', '28P01', '3D000'];
const others = ['23505', '40001', '55006', '42P01', '22P02'];

test.each(outages)('%s is an outage, also in the words of TypeORM', (code) => {
  expect([failed(code), wrapped(failed(code))].map(isOutage)).toEqual([true, true]);
});

test.each(others)('%s is none, also in the words of TypeORM', (code) => {
  expect([failed(code), wrapped(failed(code))].map(isOutage)).toEqual([false, false]);
});

test('what the socket says is an outage', async () => {
  const [error] = (await once(connect(1, '127.0.0.1'), 'error')) as [Error];
  expect([error, wrapped(error)].map(isOutage)).toEqual([true, true]);
});

test('a pool that finds nobody says that it is an outage', async () => {
  const pool = new Pool({ connectionString: 'postgres://nobody@localhost:1/nothing' });
  const error: unknown = await pool.query('select 1').catch((thrown: unknown) => thrown);
  expect(isOutage(error)).toBe(true);
  await pool.end();
  expect(isOutage(await pool.query('select 1').catch((thrown: unknown) => thrown))).toBe(true);
});

test.each([
  ['a connection that ended', new Error('Connection terminated unexpectedly')],
  ['one that was not made in time', new Error('timeout exceeded when trying to connect')],
  ['one that ended between two statements', new QueryRunnerAlreadyReleasedError() as Error],
])('%s is an outage', (_what, error) => {
  expect(isOutage(error)).toBe(true);
});

test.each([
  ['a mistake of the code', new TypeError("Cannot read properties of undefined (reading 'id')")],
  ['an error of its own', new Error('there is no roi_totals_v2_1 that is fed')],
  ['a file that is not there', Object.assign(new Error(''), { code: 'ENOENT', syscall: 'open' })],
  ['nothing that was thrown', undefined],
])('%s is none', (_what, error) => {
  expect(isOutage(error)).toBe(false);
});

test('a statement is left open by whatever the database has not answered itself', () => {
  const open = [failed('57P01'), new Error('Connection terminated'), new TypeError('x')];
  expect(open.map(leavesOpen)).toEqual([true, true, true]);
  expect(leavesOpen(failed('23505'))).toBe(false);
});
