import type { RecordedEvent } from '../../events';
import { coversAll } from '../../events/deployment.events';
import { entity } from '../projection';
import { columns, shapes } from './deployments.columns';
import type { Row } from './deployments.columns';
import { withEntry } from './timeline';
import type { DeploymentEvent } from './timeline';

type Event<T extends DeploymentEvent['type']> = RecordedEvent<T>;

/** A change with what every one of them changes. */
const told =
  <E extends DeploymentEvent>(change: (row: Row, event: E) => Partial<Row>) =>
  (row: Row, event: E): Partial<Row> => ({
    timeline: withEntry(row.timeline, event),
    updatedAt: event.occurredAt,
    ...change(row, event),
  });

/** Of a role that has not signed, or whose sign-off stands no more. */
const nothingSigned = { verdict: null, by: null, at: null, comment: null, contentHash: null };

const planned = (event: Event<'DeploymentPlanned'>, deploymentId: string): Row => {
  const { data, occurredAt: at } = event;
  const { checklist, signOffs, plannerMaySign, ...plan } = data;
  return {
    deploymentId,
    ...plan,
    plannerMaySign,
    status: 'draft',
    traffic: 0,
    contentHash: '',
    checklist: checklist.map((line) => ({
      ...line,
      ticked: false,
      by: null,
      at: null,
      evidence: null,
    })),
    signOffs: signOffs.map((role) => ({ role, ...nothingSigned, invalidatedBy: null })),
    checks: [],
    missing: [],
    decision: null,
    overrideRequest: null,
    timeline: withEntry([], event),
    supersedes: null,
    supersededBy: null,
    rollbackId: null,
    voidedAt: null,
    plannedAt: at,
    updatedAt: at,
    stagedAt: null,
    liveAt: null,
    endedAt: null,
  };
};

const turned = told<Event<'ChecklistItemTicked' | 'ChecklistItemUnticked'>>(
  ({ checklist }, { type, data, occurredAt: at }) => {
    const ticked = type === 'ChecklistItemTicked';
    const evidence = ticked ? data.evidence : null;
    const { by } = data;
    return {
      checklist: checklist.map((line) =>
        line.item === data.item ? { ...line, ticked, by, at, evidence } : line,
      ),
    };
  },
);

/** Checks come for as long as a deployment is live: only those that turn are told of. */
const checked = (row: Row, event: Event<'CheckRecorded'>): Partial<Row> => {
  const { gate, outcome } = event.data;
  const before = row.checks.find((check) => check.gate === gate);
  const others = row.checks.filter((check) => check.gate !== gate);
  const checks = [...others, { ...event.data, at: event.occurredAt }];
  return {
    checks: checks.sort((left, right) => (left.gate < right.gate ? -1 : 1)),
    timeline: before?.outcome === outcome ? row.timeline : withEntry(row.timeline, event),
    updatedAt: event.occurredAt,
  };
};

const signedOff = told<Event<'DeploymentSignedOff'>>(({ signOffs }, { data, occurredAt: at }) => ({
  signOffs: signOffs.map((line) =>
    line.role === data.role ? { ...data, at, invalidatedBy: null } : line,
  ),
}));

const unsigned = (
  { signOffs }: Row,
  roles: readonly string[],
  invalidatedBy: Row['signOffs'][number]['invalidatedBy'],
): Pick<Row, 'signOffs'> => ({
  signOffs: signOffs.map((line) =>
    roles.includes(line.role) ? { ...line, ...nothingSigned, invalidatedBy } : line,
  ),
});

/** Every deployment, as it stands, with its checklist, sign-offs, checks and what it lacks. */
export const deployments = entity({
  name: 'deployments',
  version: 3,
  summary: 'Deployments: status, checklist, sign-offs, checks, what is missing, and the timeline',
  category: 'deployment',
  key: 'deploymentId',
  columns,
  indexes: [['status', 'plannedAt']],
  opens: { DeploymentPlanned: planned },
  changes: {
    ChecklistItemTicked: turned,
    ChecklistItemUnticked: turned,
    CheckRecorded: checked,
    DeploymentSignedOff: signedOff,
    SignOffWithdrawn: told<Event<'SignOffWithdrawn'>>((row, { data }) =>
      unsigned(row, [data.role], null),
    ),
    SignOffsInvalidated: told<Event<'SignOffsInvalidated'>>((row, { data }) => ({
      ...unsigned(row, data.roles, data.change),
    })),
    OverrideRequested: told<Event<'OverrideRequested'>>((_row, { data }) => ({
      overrideRequest: data,
    })),
    DeploymentDecided: told<Event<'DeploymentDecided'>>((_row, { data, occurredAt: at }) => ({
      status: data.verdict,
      decision: { ...data, at },
      overrideRequest: null,
    })),
    DecisionLapsed: told<Event<'DecisionLapsed'>>(() => ({ status: 'validating', decision: null })),
    DeploymentStaged: told<Event<'DeploymentStaged'>>((_row, { occurredAt }) => ({
      status: 'staging',
      stagedAt: occurredAt,
    })),
    DeploymentPromoted: told<Event<'DeploymentPromoted'>>((_row, { data }) => ({
      status: 'analysing',
      traffic: data.traffic,
    })),
    DeploymentCompleted: told<Event<'DeploymentCompleted'>>((_row, { data, occurredAt }) => ({
      status: 'live',
      supersedes: data.supersedes,
      liveAt: occurredAt,
    })),
    DeploymentSuperseded: told<Event<'DeploymentSuperseded'>>((_row, { data, occurredAt }) => ({
      status: 'superseded',
      supersededBy: data.supersededBy,
      endedAt: occurredAt,
    })),
    DeploymentAborted: told<Event<'DeploymentAborted'>>((_row, { occurredAt }) => ({
      status: 'aborted',
      overrideRequest: null,
      endedAt: occurredAt,
    })),
    RollbackBegun: told<Event<'RollbackBegun'>>((_row, { data }) => ({
      status: 'rolling_back',
      rollbackId: data.rollbackId,
    })),
    RollbackFailed: told<Event<'RollbackFailed'>>(() => ({ status: 'rollback_failed' })),
    RollbackAbandoned: told<Event<'RollbackAbandoned'>>(() => ({
      status: 'live',
      rollbackId: null,
    })),
    DeploymentRolledBack: told<Event<'DeploymentRolledBack'>>((_row, { occurredAt }) => ({
      status: 'rolled_back',
      endedAt: occurredAt,
    })),
    DeploymentVoided: told<Event<'DeploymentVoided'>>((_row, { occurredAt }) => ({
      voidedAt: occurredAt,
    })),
    DeploymentReinstated: told<Event<'DeploymentReinstated'>>(({ status }) => ({
      status: status === 'rolled_back' ? 'superseded' : status,
      voidedAt: null,
    })),
    DeploymentRestored: told<Event<'DeploymentRestored'>>(() => ({
      status: 'live',
      supersededBy: null,
      endedAt: null,
      rollbackId: null,
    })),
    ReadinessAssessed: told<Event<'ReadinessAssessed'>>(({ overrideRequest }, { data }) => ({
      ...data,
      overrideRequest:
        overrideRequest !== null && coversAll(overrideRequest, data) ? overrideRequest : null,
    })),
  },
  time: 'plannedAt',
  sort: '-plannedAt',
  present: (row) => row,
  presented: shapes,
});
