import type { EventsOf } from '../../events';
import type {
  Change,
  CheckOutcome,
  ChecklistItem,
  DeploymentStatus,
  GateRule,
  Missing,
  deploymentEventSchemas,
} from '../../events/deployment.events';
import { coversAll } from '../../events/deployment.events';
import { PersistentMap } from '../persistent-map';

export type DeploymentEvent = EventsOf<typeof deploymentEventSchemas>;
type DataOf<T extends DeploymentEvent['type']> = Extract<DeploymentEvent, { type: T }>['data'];

interface ItemState extends ChecklistItem {
  readonly ticked: boolean;
  readonly evidence: string | null;
}

interface CheckState {
  readonly outcome: CheckOutcome;
  readonly measured: number | null;
  readonly threshold: number | null;
  readonly evidence: string | null;
  /** Whether it was recorded since the last step of the promotion. */
  readonly sinceStep: boolean;
}

export interface DeploymentState {
  readonly status: 'absent' | DeploymentStatus;
  readonly version: string;
  readonly flow: string;
  readonly plannedBy: string;
  readonly plannerMaySign: boolean;
  readonly checklist: readonly ItemState[];
  /** The roles that have to sign. */
  readonly roles: readonly string[];
  readonly gates: readonly GateRule[];
  /** The last check of each gate. */
  readonly checks: PersistentMap<string, CheckState>;
  /** Those that stand, by role. */
  readonly signOffs: ReadonlyMap<string, DataOf<'DeploymentSignedOff'>>;
  readonly lastChange: Change | null;
  /** The request that stands: for all that is missing, of what there is. */
  readonly override: DataOf<'OverrideRequested'> | null;
  readonly traffic: number;
  /** The rollback that it is in, or was taken back by. */
  readonly rollbackId: string | null;
  /** Whether what was recorded under it counts no more. */
  readonly isVoid: boolean;
  /** Both as last assessed. */
  readonly contentHash: string;
  readonly missing: Missing;
}

export const absent: DeploymentState = {
  status: 'absent',
  version: '',
  flow: '',
  plannedBy: '',
  plannerMaySign: true,
  checklist: [],
  roles: [],
  gates: [],
  checks: PersistentMap.empty(),
  signOffs: new Map(),
  lastChange: null,
  override: null,
  traffic: 0,
  rollbackId: null,
  isVoid: false,
  contentHash: '',
  missing: [],
};

const without = <T>(from: ReadonlyMap<string, T>, names: readonly string[]): Map<string, T> =>
  new Map([...from].filter(([name]) => !names.includes(name)));

const planned = (data: DataOf<'DeploymentPlanned'>): DeploymentState => ({
  ...absent,
  status: 'draft',
  version: data.version,
  flow: data.flow,
  plannedBy: data.plannedBy,
  plannerMaySign: data.plannerMaySign,
  checklist: data.checklist.map((item) => ({ ...item, ticked: false, evidence: null })),
  roles: data.signOffs,
  gates: data.gates,
});

/** An item that a gate turned changed by the check before it. */
const withItem = (
  state: DeploymentState,
  { item, gate }: { readonly item: string; readonly gate: string | null },
  change: Pick<ItemState, 'ticked' | 'evidence'>,
): DeploymentState => {
  const to = change.ticked ? 'ticked' : 'unticked';
  return {
    ...state,
    checklist: state.checklist.map((line) => (line.item === item ? { ...line, ...change } : line)),
    lastChange: gate === null ? { kind: 'checklist-item', name: item, to } : state.lastChange,
  };
};

const checked = (state: DeploymentState, data: DataOf<'CheckRecorded'>): DeploymentState => {
  const { gate, outcome, measured, threshold, evidence } = data;
  const check = { outcome, measured, threshold, evidence, sinceStep: true };
  return {
    ...state,
    checks: state.checks.with([[gate, check]]),
    lastChange: { kind: 'check', name: gate, to: outcome },
  };
};

/**
 * draft -> validating <-> awaiting_sign_off -> go -> staging -> analysing <-> promoting -> live
 *              ^                                |                                           |
 *              \--- what was decided lapses ----/ (no_go, too)                          superseded
 *
 * aborted from any of them before live. `analysing` has taken traffic and waits for its checks,
 * `promoting` has them and may go on. What is behind live belongs to the rollback: live ->
 * rolling_back -> rolled_back | rollback_failed. What is rolled back with its work and reinstated is superseded.
 */
export const evolveDeployment = (
  state: DeploymentState,
  event: DeploymentEvent,
): DeploymentState => {
  switch (event.type) {
    case 'DeploymentPlanned':
      return planned(event.data);
    case 'ChecklistItemTicked':
      return withItem(state, event.data, { ticked: true, evidence: event.data.evidence });
    case 'ChecklistItemUnticked':
      return withItem(state, event.data, { ticked: false, evidence: null });
    case 'CheckRecorded':
      return checked(state, event.data);
    case 'DeploymentSignedOff':
      return { ...state, signOffs: new Map(state.signOffs).set(event.data.role, event.data) };
    case 'SignOffWithdrawn':
      return { ...state, signOffs: without(state.signOffs, [event.data.role]) };
    case 'SignOffsInvalidated':
      return { ...state, signOffs: without(state.signOffs, event.data.roles) };
    case 'OverrideRequested':
      return { ...state, override: event.data };
    case 'DeploymentDecided':
      return { ...state, status: event.data.verdict, override: null };
    case 'DecisionLapsed':
      return { ...state, status: 'validating' };
    case 'DeploymentStaged':
      return { ...state, status: 'staging' };
    case 'DeploymentPromoted': {
      const before = [...state.checks].map(
        ([gate, check]) => [gate, { ...check, sinceStep: false }] as const,
      );
      const { traffic } = event.data;
      return { ...state, status: 'analysing', traffic, checks: state.checks.with(before) };
    }
    case 'DeploymentCompleted':
      return { ...state, status: 'live' };
    case 'DeploymentSuperseded':
      return { ...state, status: 'superseded' };
    case 'DeploymentAborted':
      return { ...state, status: 'aborted' };
    case 'RollbackBegun':
      return { ...state, status: 'rolling_back', rollbackId: event.data.rollbackId };
    case 'RollbackFailed':
      return { ...state, status: 'rollback_failed' };
    case 'DeploymentRolledBack':
      return { ...state, status: 'rolled_back' };
    case 'DeploymentVoided':
      return { ...state, isVoid: true };
    case 'DeploymentReinstated': {
      const status = state.status === 'rolled_back' ? 'superseded' : state.status;
      return { ...state, status, isVoid: false };
    }
    case 'RollbackAbandoned':
    case 'DeploymentRestored':
      return { ...state, status: 'live', rollbackId: null };
    case 'ReadinessAssessed': {
      const { override } = state;
      const stands = override !== null && coversAll(override, event.data);
      return { ...state, ...event.data, override: stands ? override : null };
    }
  }
};
