import { DatabaseError } from 'pg';

const undefinedTable = '42P01';
const undefinedSchema = '3F000';

/** Whether a statement failed because nothing was ever indexed: the read model is not there yet. */
export const isAbsent = (error: unknown): boolean =>
  error instanceof DatabaseError &&
  (error.code === undefinedTable || error.code === undefinedSchema);
