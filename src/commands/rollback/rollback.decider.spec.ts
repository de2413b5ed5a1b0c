import { rulesOf } from '../../../test/harness/given-when-then';
import { rollbackSteps } from '../../events/rollback.events';
import type { RollbackStep } from '../../events/rollback.events';
import { onRollback } from './rollback-carries';
import type { RecordRehearsal } from './rollback-carries';
import type { RollbackCommand } from './rollback.commands';
import { rollback } from './rollback.decider';
import type { RollbackEvent } from './rollback.state';

const of = { deploymentId: 'd2', flow: 'content', to: 'd1' };
const target = {
  flow: 'content',
  to: 'd1',
  liveSince: '40',
  reads: { ExecutionStarted: 1 },
  wasLive: true,
};
const alone = { rollbackUnderWay: null };
const { given } = rulesOf(rollback, { target, ...alone });

const id = { rollbackId: 'r1' };
const start = {
  ...id,
  type: 'StartRollback',
  deploymentId: 'd2',
  mode: 'code',
  reason: 'gates',
  dryRun: false,
  rehearsal: false,
} as const;
const started: RollbackEvent = {
  type: 'RollbackStarted',
  data: { ...of, mode: 'code', reason: 'gates', liveSince: '40', reads: { ExecutionStarted: 1 } },
};
const timed = { seconds: 0.5, budgetSeconds: 1, health: 'healthy' } as const;
const take = (step: RollbackStep): RollbackCommand => ({
  type: 'TakeRollbackStep',
  ...id,
  step,
  ...timed,
  evidence: 'seen',
  details: {},
});
const fail = (step: RollbackStep): RollbackCommand => ({
  type: 'FailRollbackStep',
  ...id,
  step,
  ...timed,
  cause: 'no',
  holds: ['a'],
  doesNotHold: ['b'],
});
const taken = (step: RollbackStep): RollbackEvent => ({
  type: 'RollbackStepTaken',
  data: { ...of, step, ...timed, evidence: 'seen', details: {} },
});
const failed = (step: RollbackStep): RollbackEvent => ({
  type: 'RollbackStepFailed',
  data: { ...of, step, ...timed, cause: 'no', holds: ['a'], doesNotHold: ['b'] },
});
const until = (step: RollbackStep): RollbackEvent[] => [
  started,
  ...rollbackSteps.slice(0, rollbackSteps.indexOf(step)).map(taken),
];
const rehearse = { ...start, rehearsal: true } as const;
const rehearsal: RollbackEvent = {
  type: 'RehearsalStarted',
  data: { ...started.data, isLive: true },
};
const rehearsed = (step: RollbackStep): RollbackEvent => ({
  type: 'RehearsalStepTaken',
  data: { ...of, step, ...timed, evidence: 'seen', details: {} },
});
const rehearsedUntil = (step: RollbackStep): RollbackEvent[] => [
  rehearsal,
  ...rollbackSteps.slice(0, rollbackSteps.indexOf(step)).map(rehearsed),
];
const retry: RollbackCommand = { type: 'RetryRollback', ...id, parkUnreadable: false };
const abort: RollbackCommand = { type: 'AbortRollback', ...id, reason: 'the network' };

const carriedIn = (mode: 'code' | 'data', ...events: RollbackEvent[]) =>
  onRollback(id, events, 'r1', { started: { ...started.data, mode } }).map(
    ({ category, id: name, command }) => `${category}-${name}: ${command.type}`,
  );
const carried = (...events: RollbackEvent[]) => carriedIn('code', ...events);

describe('a rollback', () => {
  it('starts with what was live before, and the deployment is told', () => {
    given().when(start).then(started);
    expect(carried(started)).toEqual([
      'deployment-d2: BeginRollback',
      'deployment-d1: ExpectDeployment',
    ]);
    given(started)
      .when(start)
      .refused('rollback-already-started', /running/);
  });

  it('needs something to go back to', () => {
    rulesOf(rollback, { target: null, ...alone })
      .given()
      .when({ ...start, to: 'd9' })
      .refused('rollback-target-unknown', /d9 never was live/);
    rulesOf(rollback, { target: null, ...alone })
      .given()
      .when(start)
      .refused('rollback-target-unknown', /^the one before never was live before d2/);
  });

  it('waits for none: it is refused while another goes on, and so is going on with one that failed', () => {
    const beside = rulesOf(rollback, { target, rollbackUnderWay: 'r7' });
    beside
      .given()
      .when(start)
      .refused('rollback-under-way', /rollback r7 is under way: let it end first/);
    beside.given(started, failed('verify-state')).when(retry).refused('rollback-under-way', /r7/);
    beside.given().when(rehearse).then(rehearsal);
  });

  it('of data voids the work of the deployment with the switch, and one of code does not', () => {
    const inData: RollbackEvent = { ...started, data: { ...started.data, mode: 'data' } };
    given()
      .when({ ...start, mode: 'data' })
      .then(inData);
    const voiding = 'deployment-d2: VoidDeployment';
    expect(carriedIn('data', taken('switch'))).toContain(voiding);
    for (const step of rollbackSteps) expect(carried(taken(step))).not.toContain(voiding);
    const others = rollbackSteps.filter((step) => step !== 'switch');
    for (const step of others) expect(carriedIn('data', taken(step))).not.toContain(voiding);
  });

  const completed: RollbackEvent = { type: 'RollbackCompleted', data: { ...of, seconds: 4.5 } };

  it('takes nine steps in order, each once, and is completed by the last', () => {
    for (const step of rollbackSteps.slice(0, -1)) {
      given(...until(step))
        .when(take(step))
        .then(taken(step));
      given(...until(step), taken(step))
        .when(take(step))
        .then();
    }
    given(...until('prove'))
      .when(take('prove'))
      .then(taken('prove'), completed);
    given(started)
      .when(take('switch'))
      .refused('rollback-step-out-of-order', /the next step is verify-state/);
    for (const command of [retry, abort]) {
      given(...until('prove'), taken('prove'), completed)
        .when(command)
        .refused('rollback-ended', /completed, which is final/);
    }
  });

  it('tells the flow and the deployments in the same commit', () => {
    expect(rollbackSteps.flatMap((step) => carried(taken(step)))).toEqual([
      'flow-content: StopWork',
      'flow-content: ActivateDeployment',
      'deployment-d1: RestoreDeployment',
      'deployment-d2: EndRollback',
    ]);
    const first = taken('switch') as Extract<RollbackEvent, { type: 'RollbackStepTaken' }>;
    const data = { ...first.data, to: 'initial' }; // which nobody planned
    expect(carried({ ...first, data })).toEqual(['flow-content: ActivateDeployment']);
  });

  it('that failed waits, and goes on where it was', () => {
    const stuck = [...until('switch'), failed('switch')];
    given(...until('switch'))
      .when(fail('switch'))
      .then(failed('switch'));
    expect(carried(failed('switch'))).toEqual(['deployment-d2: FailRollback']);
    given(...stuck)
      .when(take('switch'))
      .refused('rollback-failed', /retried/);
    const retried: RollbackEvent = {
      type: 'RollbackRetried',
      data: { ...of, reason: null, parkUnreadable: false },
    };
    given(...stuck)
      .when(retry)
      .then(retried);
    expect(carried(retried)).toEqual(['deployment-d2: BeginRollback']);
    given(...stuck, retried)
      .when(take('switch'))
      .then(taken('switch'));
    given(started)
      .when(retry)
      .refused('rollback-not-failed', /under way/);
  });

  it('keeps what was allowed to it, and counts the time of what failed', () => {
    const retried = (parkUnreadable: boolean): RollbackEvent => ({
      type: 'RollbackRetried',
      data: { ...of, reason: null, parkUnreadable },
    });
    const stuck = [...until('prove'), failed('prove')];
    given(...stuck, retried(false))
      .when(take('prove'))
      .then(taken('prove'), { type: 'RollbackCompleted', data: { ...of, seconds: 5 } });
    const allowedBy = (...events: RollbackEvent[]) =>
      [...stuck, ...events].reduce(rollback.evolve, rollback.initialState).parkUnreadable;
    expect(allowedBy(retried(false))).toBe(false);
    expect(allowedBy(retried(true), failed('prove'), retried(false))).toBe(true);
  });

  it('ends for its deployment too, also where its last step failed before', () => {
    expect(carried(failed('prove'))).toEqual(['deployment-d2: FailRollback']);
    expect(carried(taken('prove'), completed)).toEqual(['deployment-d2: EndRollback']);
  });

  it('can be given up until it has switched', () => {
    const aborted = (hadStoppedWork: boolean): RollbackEvent => ({
      type: 'RollbackAborted',
      data: { ...of, reason: 'the network', hadStoppedWork },
    });
    given(started).when(abort).then(aborted(false));
    given(...until('switch'))
      .when(abort)
      .then(aborted(true));
    expect(carried(aborted(true))).toEqual([
      'deployment-d2: AbandonRollback',
      'flow-content: LetWorkOn',
    ]);
    expect(carried(aborted(false))).toEqual(['deployment-d2: AbandonRollback']);
    given(...until('verify-dependencies'))
      .when(abort)
      .refused('rollback-past-return', /d1 is live by now/);
    given(started, aborted(false))
      .when(retry)
      .refused('rollback-ended', /aborted/);
  });
});

describe('the rehearsal of a rollback', () => {
  const completed: RollbackEvent = {
    type: 'RehearsalCompleted',
    data: { ...of, mode: 'code', seconds: 4.5 },
  };
  const failure: RollbackEvent = {
    type: 'RehearsalStepFailed',
    data: { ...of, step: 'switch', ...timed, cause: 'no', holds: ['a'], doesNotHold: ['b'] },
  };

  it('takes the same nine steps, by facts of its own', () => {
    given().when(rehearse).then(rehearsal);
    for (const step of rollbackSteps.slice(0, -1)) {
      given(...rehearsedUntil(step))
        .when(take(step))
        .then(rehearsed(step));
    }
    given(...rehearsedUntil('prove'))
      .when(take('prove'))
      .then(rehearsed('prove'), completed);
    given(...rehearsedUntil('prove'), rehearsed('prove'), completed)
      .when(abort)
      .refused('rollback-ended', /completed, which is final/);
  });

  it('of data says so when it is over', () => {
    const inData: RollbackEvent = {
      type: 'RehearsalStarted',
      data: { ...started.data, mode: 'data', isLive: true },
    };
    given(inData, ...rollbackSteps.slice(0, -1).map(rehearsed))
      .when(take('prove'))
      .then(rehearsed('prove'), { ...completed, data: { ...of, mode: 'data', seconds: 4.5 } });
  });

  it('of a deployment that is not live yet says so', () => {
    rulesOf(rollback, { target: { ...target, reads: null, wasLive: false }, ...alone })
      .given()
      .when(rehearse)
      .then({ type: 'RehearsalStarted', data: { ...started.data, reads: null, isLive: false } });
  });

  it('tells nobody but the gate that asks for it, and that once it is over', () => {
    const all = [rehearsal, ...rollbackSteps.map(rehearsed)];
    expect([...carriedIn('code', ...all), ...carriedIn('data', ...all)]).toEqual([]);
    expect(carried(completed)).toEqual(['deployment-d2: RecordRehearsal']);
    expect(carried(failure)).toEqual(['deployment-d2: RecordRehearsal']);
    const long = { ...failure, data: { ...failure.data, cause: 'no'.repeat(2_000) } };
    const [recorded] = onRollback(id, [long], 'r1', {});
    expect((recorded?.command as RecordRehearsal | undefined)?.evidence).toHaveLength(4_000);
  });

  it('is over when it fails, and can be aborted wherever it is', () => {
    given(...rehearsedUntil('switch'))
      .when(fail('switch'))
      .then(failure);
    given(...rehearsedUntil('switch'), failure)
      .when(retry)
      .refused('rollback-ended', /begin another/);
    const aborted: RollbackEvent = {
      type: 'RehearsalAborted',
      data: { ...of, reason: 'the network' },
    };
    given(...rehearsedUntil('verify-health'))
      .when(abort)
      .then(aborted);
    expect(carried(aborted)).toEqual([]);
  });
});
