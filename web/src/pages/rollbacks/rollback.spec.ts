import { hasSwitched, takenOf, viewOfProgress, viewOfRow } from './rollback';
import type { RollbackProgress, RollbackRow } from './rollback';

const attempt = (step: string, state: 'taken' | 'failed', evidence: string) => ({
  step,
  state,
  evidence,
  seconds: 0.1,
  budgetSeconds: 2,
  health: 'healthy',
  at: '2026-01-08T22:00:00Z',
});
const row: RollbackRow = {
  rollbackId: 'r1',
  deploymentId: 'd2',
  target: 'd1',
  mode: 'code',
  reason: 'it fell',
  rehearsal: false,
  flow: 'content',
  step: 'check-target',
  status: 'failed',
  cause: 'a version is not known',
  seconds: 0.2,
  startedBy: 'ann',
  startedAt: '2026-01-08T22:00:00Z',
  updatedAt: '2026-01-08T22:00:01Z',
  endedAt: null,
  steps: [attempt('verify-state', 'taken', 'd2 is live'), attempt('check-target', 'failed', 'no')],
};

test('a past row has its nine steps, those taken and failed with their evidence', () => {
  const view = viewOfRow(row);
  expect(view.steps).toHaveLength(9);
  expect(view.steps.slice(0, 3).map(({ state, evidence }) => [state, evidence])).toEqual([
    ['taken', 'd2 is live'],
    ['failed', 'no'],
    ['due', null],
  ]);
  expect([view.to, view.state, takenOf(view), hasSwitched(view)]).toEqual([
    'd1',
    'failed',
    1,
    false,
  ]);
});

test('a step that failed is under way again once the rollback was retried', () => {
  const [, second] = viewOfRow({ ...row, status: 'running', cause: null }).steps;
  expect(second).toMatchObject({ state: 'running', evidence: null, budgetSeconds: 2 });
});

test('of a step with two attempts the last one counts', () => {
  const steps = [...row.steps, attempt('check-target', 'taken', 'it can serve')];
  const [, second, third] = viewOfRow({ ...row, status: 'running', steps }).steps;
  expect([second?.state, second?.evidence, third?.state]).toEqual([
    'taken',
    'it can serve',
    'running',
  ]);
});

test('the first due step of a rollback that runs is under way, of any other it is due', () => {
  const due = {
    purpose: 'p',
    state: 'due',
    seconds: null,
    budgetSeconds: 2,
    health: null,
  } as const;
  const progress: RollbackProgress = {
    rollbackId: 'r1',
    deploymentId: 'd2',
    to: 'd1',
    mode: 'code',
    reason: 'it fell',
    flow: 'content',
    done: 0,
    total: 9,
    ratePerSecond: 0,
    secondsLeft: null,
    rehearsal: false,
    whatIf: null,
    waiting: 'relay is degraded',
    state: 'running',
    step: 'switch',
    seconds: 1,
    failure: null,
    startedBy: 'ann',
    startedAt: '2026-01-08T22:00:00Z',
    endedAt: null,
    steps: [{ ...due, number: 4, step: 'switch', evidence: null }],
  };
  expect(viewOfProgress(progress).steps[0]).toMatchObject({
    state: 'running',
    evidence: 'relay is degraded',
  });
  expect(viewOfProgress({ ...progress, state: 'aborted' }).steps[0]?.state).toBe('due');
});
