import { DatabaseError } from 'pg';

/** SQLSTATE classes 08 connection, 53 resources, 57 operator intervention, 58 system. */
const outageClasses = /^(08|53|57|58)/;

/**
 * Whether a failed statement says that the connection, or the database, is not to be relied on. What
 * comes without a SQLSTATE is the socket's.
 */
export const isOutage = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || outageClasses.test(error.code ?? '');
