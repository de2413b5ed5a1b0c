import type { EventsOf } from '../../events';
import type { archiveEventSchemas } from '../../events/archive.events';
import { refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import type { ArchiveCommand } from './archive.commands';
import { partitionRefusal } from './partition';
import type { ArchiveContext, PartitionRefusal } from './partition';

export type ArchiveEvent = EventsOf<typeof archiveEventSchemas>;
type ArchiveRefusal =
  PartitionRefusal | 'archive-already-started' | 'archive-already-made' | 'archive-ended';

type ArchiveStatus = 'absent' | 'running' | 'completed' | 'cancelled' | 'failed';

export interface ArchiveState {
  readonly status: ArchiveStatus;
  /** Whether files of it were completed once, whatever became of later attempts. */
  readonly isMade: boolean;
}

const ended = (status: ArchiveStatus): Refusal<ArchiveRefusal> =>
  refuse('archive-ended', `the export is ${status}, which is final: start it anew`);

/**
 * absent -> running -> completed -> (again) running
 *              \-> cancelled, failed -> running
 */
export const archive: Decider<
  ArchiveState,
  ArchiveCommand,
  ArchiveEvent,
  ArchiveRefusal,
  ArchiveContext
> = {
  initialState: { status: 'absent', isMade: false },
  evolve: ({ isMade }, event) => {
    switch (event.type) {
      case 'ArchiveStarted':
        return { status: 'running', isMade };
      case 'ArchiveCancelled':
        return { status: 'cancelled', isMade };
      case 'ArchiveCompleted':
        return { status: 'completed', isMade: true };
      case 'ArchiveFailed':
        return { status: 'failed', isMade };
    }
  },
  decide: (command, { status, isMade }, { partition: standing }) => {
    switch (command.type) {
      case 'StartArchive': {
        const { partition, again, maxEventsPerSecond = null } = command;
        if (status === 'running') {
          return refuse('archive-already-started', `${partition} is being exported`);
        }
        if (isMade && !again) {
          return refuse(
            'archive-already-made',
            `${partition} is archived: say again to replace it`,
          );
        }
        if (standing === null || !standing.isSealed) return partitionRefusal(partition, standing);
        const { firstPosition, lastPosition } = standing;
        const data = { partition, firstPosition, lastPosition, maxEventsPerSecond };
        return [{ type: 'ArchiveStarted', data }];
      }
      case 'CancelArchive':
        if (status === 'cancelled') return [];
        if (status !== 'running') return ended(status);
        return [{ type: 'ArchiveCancelled', data: { reason: command.reason ?? null } }];
      case 'CompleteArchive': {
        if (status === 'completed') return [];
        if (status !== 'running') return ended(status);
        const { events, files, bytes, manifestHash, hashBefore, hashAfter } = command;
        const data = { events, files, bytes, manifestHash, hashBefore, hashAfter };
        return [{ type: 'ArchiveCompleted', data }];
      }
      case 'FailArchive':
        if (status === 'failed') return [];
        if (status !== 'running') return ended(status);
        return [{ type: 'ArchiveFailed', data: { cause: command.cause } }];
    }
  },
};
