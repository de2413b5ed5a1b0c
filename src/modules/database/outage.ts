import { DatabaseError } from 'pg';
import { QueryFailedError } from 'typeorm';

/**
 * SQLSTATE classes 08 connection, 28 authorization (a password that was changed), 3D no such database (it is
 * being restored), 53 resources, 57 operator intervention, 58 system; 55000, by which a database whose
 * connections were forbidden (`alter database ... allow_connections false`) turns one away; and 25006, a
 * transaction that may only read: so is every one on a standby.
 */
const outageStates = /^(08|28|3D|53|57|58|55000$|25006$)/;

const readOnlyState = '25006';

/** Those of a database that answers, and takes nothing: its disk is full or broken, or it may only read. */
const refusalStates = /^(53|58|25006$)/;

/** What a socket says of the way to the database, and the look-up of its name; ENOENT: its own file is gone. */
const networkCodes: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'EADDRNOTAVAIL',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_STREAM_PREMATURE_CLOSE',
]);

/** What pg, its pool and TypeORM say of a connection that is gone, or was not made: they have no codes for it. */
const goneWords = new RegExp(
  `^(${[
    'Connection terminated',
    'Client has encountered a connection error',
    'Client was closed',
    'timeout expired',
    'timeout exceeded when trying to connect',
    'Query read timeout',
    'Cannot use a pool after calling end',
    'Query runner already released',
    'Driver not Connected',
    'Connection with postgres database is not established',
  ].join('|')})`,
);

/** What the driver said, where TypeORM passes it on as its own. */
const driverErrorOf = (error: unknown): unknown =>
  error instanceof QueryFailedError ? error.driverError : error;

/** Whether the database cannot be reached, or cannot serve: what passes without anybody changing the statement. */
export const isOutage = (error: unknown): boolean => {
  const said = driverErrorOf(error);
  if (said instanceof DatabaseError) return outageStates.test(said.code ?? '');
  const { code, syscall, message = '' } = (said ?? {}) as Partial<NodeJS.ErrnoException>;
  const isSocketGone = code === 'ENOENT' && syscall === 'connect';
  return isSocketGone || networkCodes.has(code) || goneWords.test(message);
};

/** Whether the database is there and takes nothing, which a new connection does not mend. */
export const isRefusal = (error: unknown): boolean => {
  const said = driverErrorOf(error);
  return said instanceof DatabaseError && refusalStates.test(said.code ?? '');
};

/** Whether the database, or its transaction, may only read. */
export const isReadOnly = (error: unknown): boolean => {
  const said = driverErrorOf(error);
  return said instanceof DatabaseError && said.code === readOnlyState;
};

/**
 * Whether a failed statement leaves open what became of it, so that its connection is not to be relied on:
 * whatever the database has not answered itself.
 */
export const leavesOpen = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || isOutage(error);
