import { currentSchemaVersion } from '../../events/codec';
import type { EventType } from '../../events';
import type { StoredEvent } from '../../events/event-metadata';
import type { LedgerReader } from '../ledger/ledger-reader';
import { LiveDeployments } from './live-deployments';

const stored = (stream: string, version: number, type: EventType, data: object): StoredEvent => ({
  stream,
  version,
  type,
  position: BigInt(version),
  schemaVersion: currentSchemaVersion(type),
  actor: 'ann',
  eventId: `e${String(version)}`,
  data,
  deploymentId: 'd1',
  correlationId: 'c',
  causationId: null,
  occurredAt: '2026-01-08T22:00:00.000000Z',
  recordedAt: '2026-01-08T22:00:00.000000Z',
});

const flow = 'content';
const planned = stored('deployment-d3', 1, 'DeploymentPlanned', {
  version: '3',
  flow,
  previous: null,
  plannedBy: 'ann',
  plannerMaySign: true,
  notes: null,
  checklist: [],
  signOffs: [],
  gates: [],
});
const activated = (version: number, deploymentId: string, previous: string | null) =>
  stored('flow-content', version, 'DeploymentActivated', {
    flow,
    deploymentId,
    previous,
    reads: {},
  });
const stopped = stored('flow-content', 3, 'WorkStopped', { flow, deploymentId: 'd2' });
const letOn = stored('flow-content', 4, 'WorkLetOn', { flow, deploymentId: 'd2' });
const went = [activated(1, 'd1', null), activated(2, 'd2', 'd1')];

const liveOf = (history: StoredEvent[]) => {
  const streams = new Map([
    ['deployment-d3', { version: 1, events: [planned] }],
    ['flow-content', { version: history.length, events: history }],
  ]);
  const histories = () => Promise.resolve(streams);
  return new LiveDeployments({ histories } as unknown as LedgerReader);
};
const liveAfter = (...history: StoredEvent[]) => liveOf(history).besides('d3');

test('a completion takes the place of the one that went live last', async () => {
  expect(await liveAfter(...went)).toBe('d2');
  expect(await liveAfter()).toBeNull();
});

test('nothing is live beside one that nobody planned', async () => {
  expect(await liveOf(went).besides('d9')).toBeNull();
});

test('the one before is that which it first took the place of, also once a rollback brought it back', async () => {
  const third = activated(3, 'd3', 'd2');
  const back = activated(4, 'd2', 'd3');
  const after = (...history: StoredEvent[]) => liveOf(history).of(flow);
  expect(await after()).toBeNull();
  expect(await after(...went, third)).toEqual({ deploymentId: 'd3', predecessor: 'd2' });
  expect(await after(...went, third, back)).toEqual({ deploymentId: 'd2', predecessor: 'd1' });
});

test('one that nobody planned took the place of none that can be gone back to', async () => {
  const initial = activated(3, 'initial', 'd2');
  expect(await liveOf([...went, initial]).of(flow)).toEqual({
    deploymentId: 'initial',
    predecessor: null,
  });
});

test('a rollback that was given up leaves the one live that was, also when it had stopped its work', async () => {
  expect(await liveAfter(...went, stopped)).toBe('d2');
  expect(await liveAfter(...went, stopped, letOn)).toBe('d2');
});
