import type { EventType, RecordedEvent } from '../../events';
import type { Missing } from '../../events/deployment.events';
import { boolean, instant, integer, json, nullable, text } from '../columns';
import type { RowOf } from '../columns';
import type { TimelineEntry } from './timeline';

type DataOf<T extends EventType> = RecordedEvent<T>['data'];
type Planned = DataOf<'DeploymentPlanned'>;

type ChecklistRow = Planned['checklist'][number] & {
  readonly ticked: boolean;
  /** Who turned it last, when, and with what to show for it. */
  readonly by: string | null;
  readonly at: string | null;
  readonly evidence: string | null;
};

/** A role that has to sign, with what stands of it. */
interface SignOffRow {
  readonly role: string;
  readonly verdict: 'approved' | 'rejected' | null;
  readonly by: string | null;
  readonly at: string | null;
  readonly comment: string | null;
  readonly contentHash: string | null;
  /** The change that took the last sign-off away; null while one stands. */
  readonly invalidatedBy: DataOf<'SignOffsInvalidated'>['change'] | null;
}

type CheckRow = DataOf<'CheckRecorded'> & { readonly at: string };
type Decision = DataOf<'DeploymentDecided'> & { readonly at: string };

export const columns = {
  deploymentId: text(),
  version: text(),
  flow: text(),
  /** As planned; `supersedes` is what it came to. */
  previous: nullable(text()),
  status: text(),
  traffic: integer(),
  /** SHA-256 of version, checklist and checks: what a sign-off names. */
  contentHash: text(),
  checklist: json<readonly ChecklistRow[]>(),
  signOffs: json<readonly SignOffRow[]>(),
  /** The gates that are required. */
  gates: json<Planned['gates']>(),
  /** The last of each gate. */
  checks: json<readonly CheckRow[]>(),
  /** What the next step lacks. */
  missing: json<Missing>(),
  decision: nullable(json<Decision>()),
  /** An override that waits for another operator. */
  overrideRequest: nullable(json<DataOf<'OverrideRequested'>>()),
  timeline: json<readonly TimelineEntry[]>(),
  notes: nullable(text()),
  plannedBy: text(),
  plannerMaySign: boolean(),
  supersedes: nullable(text()),
  supersededBy: nullable(text()),
  plannedAt: instant(),
  updatedAt: instant(),
  stagedAt: nullable(instant()),
  liveAt: nullable(instant()),
  endedAt: nullable(instant()),
};

export type Row = RowOf<typeof columns>;
