import { DatabaseError } from 'pg';

/**
 * SQLSTATE classes 08 connection, 53 resources, 57 operator intervention, 58 system; and 55000, by which
 * a database whose connections were forbidden (`alter database ... allow_connections false`) turns one away.
 */
const outageStates = /^(08|53|57|58|55000$)/;

/**
 * Whether a failed statement says that the connection, or the database, is not to be relied on. What
 * comes without a SQLSTATE is the socket's.
 */
export const isOutage = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || outageStates.test(error.code ?? '');
