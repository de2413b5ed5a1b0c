import type { Pool } from 'pg';
import { bounded } from './batch';
import type { Batch } from './batch';
import type { GenerationRunner } from './generation-runner';
import { applyJointly } from './joint-transaction';

/**
 * Applies batches to generations, together if that is possible, else to each by itself, so that one
 * that cannot go on holds up no other. Gives why each of those that failed did.
 */
export const applyToEach = async (
  pool: Pool,
  runners: readonly GenerationRunner[],
  batches: readonly Batch[],
  partitionCount: number,
): Promise<Map<GenerationRunner, unknown>> => {
  if (runners.length > 1) {
    try {
      await applyJointly(pool, runners, batches.flatMap(bounded), partitionCount);
      return new Map();
    } catch {
      // Whose fault it is shows when each is alone.
    }
  }
  const failed = new Map<GenerationRunner, unknown>();
  await Promise.all(
    runners.map((runner) =>
      runner.apply(...batches).catch((error: unknown) => failed.set(runner, error)),
    ),
  );
  return failed;
};
