import { refuse } from '../decider';
import type { Refusal } from '../decider';

export type PartitionRefusal = 'partition-unknown' | 'partition-open';

/** A partition of the ledger as it was when it was looked at. */
export interface PartitionStanding {
  readonly firstPosition: string;
  readonly lastPosition: string;
  /** Whether the ledger has passed it: nothing is added to it any more. */
  readonly isSealed: boolean;
}

/** What an export knows besides its own stream. */
export interface ArchiveContext {
  /** Null where there is no partition of that name, or nobody looked. */
  readonly partition: PartitionStanding | null;
}

/** What stands against the export of a partition that is not there, or not sealed. */
export const partitionRefusal = (
  name: string,
  standing: PartitionStanding | null,
): Refusal<PartitionRefusal> =>
  standing === null
    ? refuse('partition-unknown', `there is no partition ${name}`)
    : refuse(
        'partition-open',
        `${name} reaches up to ${standing.lastPosition}, which the ledger has not`,
      );
