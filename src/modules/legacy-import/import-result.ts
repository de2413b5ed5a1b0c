import type { Deviation } from './deviations';
import type { IdentifiedExecution } from './execution-ids';
import type { LegacyLog } from './legacy-log';
import type { Sent } from './sending';
import type { Tally } from './tally';
import { agrees } from './verification';
import type { Verification } from './verification';

/** All there is to say about one run of the import. */
export interface ImportResult {
  readonly file: string;
  readonly timeZone: string;
  readonly dryRun: boolean;
  readonly log: LegacyLog;
  /** Entries are malformed and it was not asked to go on without them: nothing is imported. */
  readonly isBarred: boolean;
  /** Those that are, or would be, imported. */
  readonly executions: readonly IdentifiedExecution[];
  readonly read: Tally;
  readonly deviations: readonly Deviation[];
  /** Null where nothing was to be sent. */
  readonly sent: Sent | null;
  readonly verification: Verification | null;
}

/** Whether everything that was asked for came to pass. */
export const succeeded = ({ log, sent, verification }: ImportResult): boolean =>
  log.faults.length === 0 &&
  (sent === null || sent.refusals.length === 0) &&
  (verification === null || agrees(verification));
