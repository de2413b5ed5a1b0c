import { rulesOf } from '../../../test/harness/given-when-then';
import { contentFlow } from '../execution/flow';
import { deploymentCommands } from './deployment.commands';
import { deployment } from './deployment.decider';
import type { DeploymentRefusal } from './deployment.decider';
import type { DeploymentEvent } from './deployment.state';

/** Tells contents apart as a SHA-256 does, and can be read: the lengths of texts differ here. */
const digestOf = (text: string): string => text.length.toString(16).padStart(64, '0');
const flows = new Map([[contentFlow.name, contentFlow]]);
const knownTo = (actor: string) => ({
  flows,
  actor,
  digestOf,
  liveDeployment: 'd6',
  measures: [],
  doneAgain: { streams: 0, such: [] as readonly string[] },
});

const ann = rulesOf(deployment, knownTo('ann'));
const bob = rulesOf(deployment, knownTo('bob'));
const cat = rulesOf(deployment, knownTo('cat'));

type Command = Parameters<ReturnType<typeof ann.given>['when']>[0];

const id = { deploymentId: 'd7' };
const plan: Command = {
  type: 'PlanDeployment',
  ...id,
  version: '2.4.0',
  flow: 'content',
  plannerMaySign: true,
  checklist: [
    { item: 'reviewed', phase: 'before-deployment' },
    { item: 'healthy', phase: 'staging', gate: 'health' },
    { item: 'read', phase: 'validation' },
  ],
  requiredSignOffs: ['quality'],
  requiredGates: ['error-rate'],
};
const tick = (item: string): Command => ({ type: 'TickChecklistItem', ...id, item });
const untick = (item: string): Command => ({ type: 'UntickChecklistItem', ...id, item });
const check = (gate: string, outcome: 'successful' | 'inconclusive', measured = 2): Command => ({
  type: 'RecordCheck',
  ...id,
  gate,
  outcome,
  measured,
});
const stage: Command = { type: 'StageDeployment', ...id };
const promote = (traffic: 50 | 100): Command => ({ type: 'PromoteDeployment', ...id, traffic });
const complete: Command = { type: 'CompleteDeployment', ...id };
const abort: Command = { type: 'AbortDeployment', ...id };
const supersede: Command = { type: 'SupersedeDeployment', supersededBy: 'd8' };
const decide = (verdict: 'go' | 'no_go', override = false): Command => ({
  type: 'DecideDeployment',
  ...id,
  verdict,
  reason: 'as agreed',
  override,
});

/** What came of commands, one after the other, each by whoever issues it. */
const after = (
  ...commands: readonly (Command | readonly [string, Command])[]
): DeploymentEvent[] => {
  let state = deployment.initialState;
  return commands.flatMap((given) => {
    const [actor, command] = 'type' in given ? ['ann', given] : given;
    const decision = deployment.decide(command, state, knownTo(actor));
    if ('refused' in decision) throw new Error(`${command.type}: ${decision.detail}`);
    state = decision.reduce(deployment.evolve, state);
    return [...decision];
  });
};

const last = (events: readonly DeploymentEvent[]): DeploymentEvent | undefined => events.at(-1);
const typesSince = (before: readonly DeploymentEvent[], events: readonly DeploymentEvent[]) =>
  events.slice(before.length).map(({ type }) => type);
const standing = (events: readonly DeploymentEvent[]) => {
  const { status, contentHash, missing } = events.reduce(
    deployment.evolve,
    deployment.initialState,
  );
  return { status, contentHash, missing: missing.map(({ name }) => name) };
};

const sign = (
  history: readonly Command[],
  verdict: 'approved' | 'rejected' = 'approved',
): Command => ({
  type: 'SignOff',
  ...id,
  role: 'quality',
  verdict,
  contentHash: standing(after(...history)).contentHash,
});

const ready = [plan, tick('reviewed'), check('error-rate', 'successful')];
const signed = [...ready, sign(ready)];
const going = [...signed, decide('go')];
const staged = [...going, stage, check('health', 'successful')];
const half = [...staged, promote(50)];
const full = [...half, check('error-rate', 'successful'), promote(100)];
const done = [...full, check('error-rate', 'successful', 3), tick('read'), complete];

const seen = (rules: Pick<typeof ann, 'given'>, history: readonly Command[]) =>
  rules.given(...after(...history));

describe('a plan', () => {
  it('says all that is asked for, and then what is missing', () => {
    const [planned, assessed] = after(plan);
    expect(planned).toMatchObject({
      type: 'DeploymentPlanned',
      data: { plannedBy: 'ann', signOffs: ['quality'], previous: null },
    });
    expect(assessed).toMatchObject({ type: 'ReadinessAssessed', data: { status: 'draft' } });
    expect(standing(after(plan)).missing).toEqual(['reviewed', 'error-rate', 'quality']);
  });

  it('takes the defaults for what nothing is said of, and an empty list for nothing', () => {
    const { checklist, requiredSignOffs, requiredGates, ...bare } = plan;
    expect([checklist, requiredSignOffs, requiredGates]).toHaveLength(3);
    const [planned] = after(bare);
    const data = planned?.type === 'DeploymentPlanned' ? planned.data : undefined;
    expect(data?.checklist.length).toBeGreaterThanOrEqual(30);
    expect(new Set(data?.checklist.map(({ phase }) => phase)).size).toBe(6);
    expect(data?.signOffs).toEqual(['devops', 'quality', 'planning', 'executive']);
    expect(data?.gates.map(({ gate, threshold }) => [gate, threshold])).toEqual([
      ['editor-gate-pass-rate', 87],
      ['style-query-p95', 200],
      ['roi-overhead', 10],
      ['roi-multiplier', 100],
      ['error-rate', 5],
    ]);
    const none: Command = { ...bare, checklist: [], requiredSignOffs: [], requiredGates: [] };
    expect(standing(after(none))).toMatchObject({ status: 'awaiting_sign_off', missing: [] });
  });

  it('is made once, and for a flow there is', () => {
    seen(ann, [plan]).when(plan).refused('deployment-already-planned', /draft/);
    ann
      .given()
      .when({ ...plan, flow: 'gone' })
      .refused('flow-unknown', /gone/);
  });
});

describe('the checklist', () => {
  it('is ticked with evidence, and unticked, by a person', () => {
    const ticked = after(plan, { ...tick('reviewed'), evidence: 'pull 12' } as Command);
    expect(ticked.at(-2)).toEqual({
      type: 'ChecklistItemTicked',
      data: { item: 'reviewed', by: 'ann', evidence: 'pull 12', gate: null },
    });
    expect(standing(ticked).status).toBe('validating');
    seen(ann, [plan, tick('reviewed')])
      .when(tick('reviewed'))
      .then();
    const unticked = after(plan, tick('reviewed'), untick('reviewed'));
    expect(standing(unticked).missing).toContain('reviewed');
    seen(ann, [plan]).when(untick('reviewed')).then();
  });

  it('is ticked by the gate that answers an item, and by nobody else', () => {
    const history = [plan, check('health', 'successful')];
    expect(typesSince(after(plan), after(...history))).toEqual([
      'CheckRecorded',
      'ChecklistItemTicked',
      'ReadinessAssessed',
    ]);
    const turned = [...history, check('health', 'inconclusive')];
    expect(typesSince(after(...history), after(...turned))).toEqual([
      'CheckRecorded',
      'ChecklistItemUnticked',
      'ReadinessAssessed',
    ]);
    seen(ann, [plan])
      .when(tick('healthy'))
      .refused('checklist-item-measured', /gate health/);
    seen(ann, [plan])
      .when(untick('healthy'))
      .refused('checklist-item-measured', /gate health/);
    seen(ann, [plan]).when(tick('lost')).refused('checklist-item-unknown', /lost/);
  });
});

describe('a check', () => {
  it('is not successful against its own measure', () => {
    seen(ann, [plan])
      .when(check('error-rate', 'successful', 5))
      .refused('outcome-contradicts-measure', /below 5 %/);
  });

  it('that is inconclusive does not pass', () => {
    const history = [plan, tick('reviewed'), check('error-rate', 'inconclusive')];
    expect(standing(after(...history))).toMatchObject({ status: 'validating' });
    seen(ann, [...history, sign(history)])
      .when(decide('go'))
      .refused('deployment-not-ready', /^a GO lacks: gate error-rate is inconclusive at 2; asked/);
  });
});

describe('a measurement', () => {
  const measuring: Command = { type: 'MeasureDeployment', ...id };
  const checksFrom = (measured: number | null, sample: number, gate = 'error-rate') => {
    const measures = [{ gate, measured, sample, evidence: `of ${String(sample)}` }];
    ann.told.commands.add(measuring.type);
    const state = after(plan).reduce(deployment.evolve, deployment.initialState);
    const decision = deployment.decide(measuring, state, { ...knownTo('probe'), measures });
    if ('refused' in decision) throw new Error(decision.detail);
    return decision.flatMap((event) => (event.type === 'CheckRecorded' ? [event.data] : []));
  };

  it('holds, or fails, by the threshold of the plan', () => {
    expect(checksFrom(4.9, 10)).toEqual([
      {
        gate: 'error-rate',
        outcome: 'successful',
        measured: 4.9,
        threshold: 5,
        evidence: 'of 10',
        by: 'probe',
      },
    ]);
    expect(checksFrom(5, 10)).toMatchObject([{ outcome: 'failed', measured: 5 }]);
  });

  it('is inconclusive of too few, and of nothing', () => {
    expect(checksFrom(0, 9)).toMatchObject([
      { outcome: 'inconclusive', measured: 0, evidence: 'of 9, of at least 10 needed' },
    ]);
    expect(checksFrom(null, 20)).toMatchObject([{ outcome: 'inconclusive', measured: null }]);
  });

  it('is of the gates that are asked for', () => {
    expect(checksFrom(150, 20, 'roi-multiplier')).toEqual([]);
    expect(checksFrom(1, 20, 'health')).toMatchObject([{ outcome: 'inconclusive' }]);
  });
});

describe('a sign-off', () => {
  it('is bound to the hash of what is approved', () => {
    expect(standing(after(...ready))).toMatchObject({
      status: 'awaiting_sign_off',
      missing: ['quality'],
    });
    expect(standing(after(...signed))).toMatchObject({ status: 'awaiting_sign_off', missing: [] });
    seen(ann, ready)
      .when(sign([plan]))
      .refused('content-hash-stale', /last check error-rate became successful/);
    seen(ann, [plan, tick('reviewed')])
      .when(sign([plan]))
      .refused('content-hash-stale', /last checklist-item reviewed became ticked/);
  });

  it('falls with any later change, which is named', () => {
    const changed = after(...signed, check('error-rate', 'successful', 2.25));
    expect(changed.at(-2)).toEqual({
      type: 'SignOffsInvalidated',
      data: {
        roles: ['quality'],
        change: { kind: 'check', name: 'error-rate', to: 'successful' },
      },
    });
    expect(standing(changed).missing).toEqual(['quality']);
  });

  it('stands where a check says the same again', () => {
    const same = after(...signed, check('error-rate', 'successful'));
    expect(last(same)?.type).toBe('CheckRecorded');
  });

  it('is made once by a role that is asked for', () => {
    seen(ann, signed).when(sign(ready)).then();
    seen(bob, signed)
      .when(sign(ready))
      .refused('role-already-signed', /approved by ann/);
    seen(ann, ready)
      .when({ ...sign(ready), role: 'sales' } as Command)
      .refused('role-not-required', /none of quality/);
  });

  it('may be barred to whoever planned', () => {
    const barred = [{ ...plan, plannerMaySign: false } as Command, ...ready.slice(1)];
    seen(ann, barred)
      .when(sign(barred))
      .refused('planner-may-not-sign', /ann planned/);
    expect(standing(after(...barred, ['bob', sign(barred)] as never)).missing).toEqual([]);
  });

  it('may be a rejection, and is taken back by its role', () => {
    const rejected = [...ready, sign(ready, 'rejected')];
    seen(ann, rejected)
      .when(decide('go'))
      .refused('deployment-not-ready', /quality has rejected/);
    const withdraw: Command = { type: 'WithdrawSignOff', ...id, role: 'quality' };
    const history = [...rejected, withdraw, sign(ready)];
    expect(standing(after(...history)).missing).toEqual([]);
    seen(ann, ready).when(withdraw).then();
    seen(ann, going)
      .when(withdraw)
      .then(...after(...going, withdraw).slice(after(...going).length));
    expect(standing(after(...going, withdraw))).toMatchObject({
      status: 'awaiting_sign_off',
      missing: ['quality'],
    });
  });
});

describe('the decision', () => {
  it('is GO once nothing is missing, and is refused with all of it before', () => {
    seen(ann, [plan])
      .when(decide('go'))
      .refused(
        'deployment-not-ready',
        /item reviewed is not ticked \(.*; gate error-rate was never .* below 5 %; sign-off quality/,
      );
    seen(ann, [{ ...plan, requiredGates: ['health'] }])
      .when(decide('go'))
      .refused('deployment-not-ready', /gate health was never checked; asked for is successful;/);
    expect(standing(after(...going)).status).toBe('go');
    seen(ann, going).when(decide('go')).then();
    seen(ann, going)
      .when(sign(ready))
      .refused('deployment-decided', /has its GO/);
  });

  it('is NO-GO at any time before it is staged', () => {
    expect(standing(after(plan, decide('no_go'))).status).toBe('no_go');
    expect(standing(after(...going, decide('no_go'))).status).toBe('no_go');
  });

  it('turns from NO-GO to GO once what was missing is there', () => {
    const history = [...ready, decide('no_go'), sign(ready), decide('go')];
    expect(standing(after(...history)).status).toBe('go');
  });

  it('lapses with a change of what it was about', () => {
    const lapsed = after(...going, untick('reviewed'));
    expect(typesSince(after(...going), lapsed)).toEqual([
      'ChecklistItemUnticked',
      'SignOffsInvalidated',
      'DecisionLapsed',
      'ReadinessAssessed',
    ]);
    expect(standing(lapsed).status).toBe('validating');
    for (const verdict of ['go', 'no_go'] as const) {
      const decided = [...signed, decide(verdict), untick('reviewed')];
      expect(after(...decided)).toContainEqual({
        type: 'DecisionLapsed',
        data: { verdict, change: { kind: 'checklist-item', name: 'reviewed', to: 'unticked' } },
      });
    }
  });

  it('leaves the deployment in validation where it lapses, though nothing was done for it', () => {
    const overridden = after(
      ...[plan, sign([plan])],
      ['bob', decide('go', true)],
      ['cat', decide('go', true)],
      { type: 'WithdrawSignOff', ...id, role: 'quality' },
    );
    expect(standing(overridden).status).toBe('validating');
  });

  it('is overridden by one operator who asks and another who confirms, neither the planner', () => {
    const asked = after(plan, ['bob', decide('go', true)] as never);
    expect(last(asked)).toMatchObject({ type: 'OverrideRequested', data: { by: 'bob' } });
    for (const [rules, why] of [
      [bob, /^bob asked for this override: another operator/],
      [ann, /^ann planned this deployment: another operator/],
    ] as const) {
      rules
        .given(...asked)
        .when(decide('go', true))
        .refused('override-needs-second-operator', why);
    }
    const given = after(
      plan,
      ['bob', decide('go', true)] as never,
      ['cat', decide('go', true)] as never,
    );
    expect(given.find(({ type }) => type === 'DeploymentDecided')).toMatchObject({
      data: { by: 'cat', override: { requestedBy: 'bob', missing: { length: 3 } } },
    });
    expect(standing(given).status).toBe('go');
    cat
      .given(...asked)
      .when(decide('go'))
      .refused('deployment-not-ready', /reviewed/);
  });

  it('is overridden for less than was asked for, and not where nothing is missing', () => {
    const given = after(...[plan, ['bob', decide('go', true)] as never, sign([plan])], [
      'cat',
      decide('go', true),
    ] as never);
    expect(given.find(({ type }) => type === 'DeploymentDecided')).toMatchObject({
      data: { by: 'cat', override: { requestedBy: 'bob', missing: { length: 2 } } },
    });
    const decided = after(...signed, decide('go', true));
    expect(decided.find(({ type }) => type === 'DeploymentDecided')?.data).toMatchObject({
      override: null,
    });
  });

  it('is not overridden for more than was asked for', () => {
    const history = [plan, ['bob', decide('go', true)], untick('reviewed'), tick('reviewed')];
    const again = after(...(history as Command[]), ['cat', decide('go', true)] as never);
    expect(again.filter(({ type }) => type === 'OverrideRequested')).toHaveLength(2);
  });

  it('is not overridden by what was asked for once that fell, though it is again as it was', () => {
    const history = [plan, ['bob', decide('go', true)], tick('reviewed'), untick('reviewed')];
    const again = after(...(history as Command[]), ['cat', decide('go', true)] as never);
    expect(again.filter(({ type }) => type === 'OverrideRequested')).toHaveLength(2);
  });

  it('is not overridden over a rejection that came after it was asked for', () => {
    const asked = after(plan, ['bob', decide('go', true)] as never, sign([plan], 'rejected'));
    cat
      .given(...asked)
      .when(decide('go', true))
      .then({
        type: 'OverrideRequested',
        data: {
          by: 'cat',
          reason: 'as agreed',
          contentHash: standing(asked).contentHash,
          missing: expect.arrayContaining([
            { kind: 'sign-off', name: 'quality', why: 'has rejected' },
          ]) as never,
        },
      });
  });
});

describe('the promotion', () => {
  it('begins with a GO', () => {
    seen(ann, signed)
      .when(stage)
      .refused('deployment-not-go', /awaiting_sign_off/);
    seen(ann, going)
      .when(promote(50))
      .refused('promotion-out-of-order', /staged/);
    seen(ann, staged).when(stage).then();
  });

  it('takes half of the traffic once what is staged holds', () => {
    seen(ann, [...going, stage])
      .when(promote(50))
      .refused('deployment-not-ready', /healthy waits for a successful check of health/);
    seen(ann, staged)
      .when(promote(100))
      .refused('promotion-out-of-order', /next step is 50/);
    seen(ann, [...staged, check('error-rate', 'inconclusive')])
      .when(promote(50))
      .refused('deployment-not-ready', /error-rate is inconclusive/);
    expect(standing(after(...half))).toMatchObject({ status: 'analysing' });
    seen(ann, half).when(promote(50)).then();
  });

  it('rests on checks that were made since the step before', () => {
    seen(ann, half)
      .when(promote(100))
      .refused('deployment-not-ready', /error-rate was not checked since the last step/);
    const analysed = [...half, check('error-rate', 'successful')];
    expect(standing(after(...analysed)).status).toBe('promoting');
    const turned = [...analysed, check('error-rate', 'inconclusive')];
    expect(standing(after(...turned)).status).toBe('analysing');
  });

  it('keeps the sign-offs, which were for what was decided', () => {
    const types = after(...full).map(({ type }) => type);
    expect(types).not.toContain('SignOffsInvalidated');
    seen(ann, half)
      .when(sign(ready))
      .refused('deployment-decided', /carried out/);
    seen(ann, half)
      .when(decide('no_go'))
      .refused('deployment-decided', /carried out/);
  });

  it('ends live, in the place of the one before', () => {
    seen(ann, half).when(complete).refused('deployment-not-promoted', /50 %/);
    seen(ann, full)
      .when(complete)
      .refused('deployment-not-ready', /item read/);
    expect(last(after(...done))).toEqual({
      type: 'DeploymentCompleted',
      data: { flow: 'content', supersedes: 'd6', by: 'ann', reason: null },
    });
    expect(standing(after(...done))).toMatchObject({ status: 'live', missing: [] });
    seen(ann, done).when(complete).then();
  });
});

describe('what is recorded of an item or a check', () => {
  const factOf = (type: DeploymentEvent['type'], ...history: readonly Command[]) =>
    after(...history).findLast((event) => event.type === type)?.data;

  it('is who turned it, with what and why', () => {
    const shown: Command = {
      type: 'TickChecklistItem',
      ...id,
      item: 'reviewed',
      evidence: 'the minutes',
    };
    const by = { item: 'reviewed', by: 'ann', gate: null };
    expect(factOf('ChecklistItemTicked', plan, tick('reviewed'), shown)).toEqual({
      ...by,
      evidence: 'the minutes',
    });
    seen(ann, [plan, shown]).when(tick('reviewed')).then();
    const taken: Command = {
      type: 'UntickChecklistItem',
      ...id,
      item: 'reviewed',
      reason: 'too soon',
    };
    expect(factOf('ChecklistItemUnticked', plan, shown, taken)).toEqual({
      ...by,
      reason: 'too soon',
    });
    const unhealthy = [plan, check('health', 'successful'), check('health', 'inconclusive')];
    expect(factOf('ChecklistItemUnticked', ...unhealthy)).toEqual({
      item: 'healthy',
      by: 'ann',
      gate: 'health',
      reason: 'health is inconclusive',
    });
  });

  it('is the threshold that was asked for, the measure where there is one', () => {
    const bare: Command = { type: 'RecordCheck', ...id, gate: 'error-rate', outcome: 'successful' };
    const data = { gate: 'error-rate', outcome: 'successful', evidence: null, by: 'ann' };
    const rule = factOf('CheckRecorded', plan, check('error-rate', 'successful'));
    expect(factOf('CheckRecorded', plan, bare)).toEqual({ ...rule, ...data, measured: null });
    expect(factOf('CheckRecorded', plan, { ...bare, threshold: 4 })).toMatchObject({
      threshold: 4,
    });
  });

  it('is why it went on', () => {
    const reason = 'as agreed';
    expect(
      factOf('DeploymentStaged', ...going, { type: 'StageDeployment', ...id, reason }),
    ).toEqual({
      by: 'ann',
      reason,
    });
    expect(
      factOf('DeploymentPromoted', ...staged, {
        type: 'PromoteDeployment',
        ...id,
        traffic: 50,
        reason,
      }),
    ).toEqual({ traffic: 50, by: 'ann', reason });
    seen(ann, half).when(stage).then();
  });
});

describe('a rehearsal of the rollback', () => {
  const gate = 'rollback-rehearsal';
  const ended = (outcome: 'successful' | 'failed'): Command => ({
    type: 'RecordRehearsal',
    rollbackId: 'r1',
    outcome,
    evidence: 'rehearsal-r1',
  });
  const byGate: Command = { ...plan, requiredGates: [gate] };
  const byItem: Command = { ...plan, checklist: [{ item: 'tried', phase: 'staging', gate }] };
  const recorded = { gate, threshold: 30, evidence: 'rehearsal-r1', by: 'ann' };

  it('is a check of the deployment that asks for it, of no age', () => {
    for (const asks of [byGate, byItem]) {
      expect(after(asks, ended('successful'))).toContainEqual({
        type: 'CheckRecorded',
        data: { ...recorded, outcome: 'successful', measured: 0 },
      });
      expect(after(asks, ended('failed'))).toContainEqual({
        type: 'CheckRecorded',
        data: { ...recorded, outcome: 'failed', measured: null },
      });
    }
    expect(typesSince(after(byItem), after(byItem, ended('successful')))).toContain(
      'ChecklistItemTicked',
    );
  });

  it('changes nothing where nobody asks for it, or the deployment has ended', () => {
    seen(ann, [plan]).when(ended('successful')).then();
    seen(ann, [byGate, abort]).when(ended('successful')).then();
  });
});

describe('the end', () => {
  it('is final', () => {
    const aborted = [...half, abort];
    expect(standing(after(...aborted))).toMatchObject({ status: 'aborted', missing: [] });
    seen(ann, aborted).when(abort).then();
    seen(ann, aborted)
      .when(tick('read'))
      .refused('deployment-ended', /aborted, which is final/);
    expect(standing(after(...done, supersede)).status).toBe('superseded');
    seen(ann, [...done, supersede])
      .when(tick('read'))
      .refused('deployment-ended', /superseded/);
  });

  it('of a live one is its successor, or a rollback', () => {
    seen(ann, done)
      .when(abort)
      .refused('deployment-live', /roll it back/);
    seen(ann, full)
      .when(supersede)
      .refused('deployment-not-live', /analysing/);
  });
});

describe('a rollback', () => {
  const begin = (rollbackId = 'r1'): Command => ({ type: 'BeginRollback', rollbackId });
  const fail: Command = {
    type: 'FailRollback',
    rollbackId: 'r1',
    step: 'verify-health',
    cause: 'the database',
  };
  const end: Command = { type: 'EndRollback', rollbackId: 'r1', to: 'd6' };
  const restore: Command = { type: 'RestoreDeployment', rollbackId: 'r1', from: 'd8' };
  const statusAfter = (...history: readonly Command[]) => standing(after(...history)).status;

  it('takes a live deployment back, and no second one does meanwhile', () => {
    expect(statusAfter(...done, begin())).toBe('rolling_back');
    expect(statusAfter(...done, begin(), end)).toBe('rolled_back');
    seen(ann, [...done, begin()])
      .when(begin('r2'))
      .refused('rollback-under-way', /rollback r1 is taking this deployment back/);
    seen(ann, [...done, begin(), end])
      .when(begin('r2'))
      .refused('deployment-rolled-back', /r1 took/);
    seen(ann, full)
      .when(begin())
      .refused('deployment-not-live', /analysing, not live/);
  });

  it('that failed can be gone on with, by itself alone, or given up', () => {
    const failed = [...done, begin(), fail];
    expect(statusAfter(...failed)).toBe('rollback_failed');
    expect(statusAfter(...failed, begin())).toBe('rolling_back');
    seen(ann, failed).when(begin('r2')).refused('rollback-under-way', /r1/);
    const givenUp: Command = { type: 'AbandonRollback', rollbackId: 'r1', reason: 'a mistake' };
    expect(statusAfter(...failed, givenUp)).toBe('live');
    expect(last(after(...failed, givenUp))).toEqual({
      type: 'RollbackAbandoned',
      data: { rollbackId: 'r1', reason: 'a mistake' },
    });
    seen(ann, [...done, begin()])
      .when(complete)
      .refused('deployment-ended', /rolling_back, and its rollback has to end first/);
    seen(ann, failed)
      .when(complete)
      .refused('deployment-ended', /rollback_failed, and its rollback has to end first/);
  });

  it('that failed behind its end is over once it ends, and no other end changes anything', () => {
    const proven = [...done, begin(), end, fail, begin()];
    expect(statusAfter(...proven)).toBe('rolling_back');
    expect(statusAfter(...proven, end)).toBe('rolled_back');
    seen(ann, [...proven, end])
      .when(end)
      .then();
    expect(statusAfter(...done, begin(), end, restore, end)).toBe('live');
    expect(statusAfter(...done, begin(), end, restore, begin('r2'), end)).toBe('rolling_back');
  });

  const reinstating = (countTwice: boolean): Command => ({
    type: 'ReinstateDeployment',
    ...id,
    reason: 'measured wrongly',
    countTwice,
  });

  it('of data is not undone where that was done again which it voided, unless both are to count', () => {
    const voids: Command = { type: 'VoidDeployment', rollbackId: 'r1' };
    const doneAgain = { streams: 3, such: ['execution-7', 'article-a.md'] };
    const knowing = rulesOf(deployment, { ...knownTo('ann'), doneAgain });
    const voided = [...done, begin(), voids, end];
    seen(knowing, voided)
      .when(reinstating(false))
      .refused(
        'work-done-again',
        /of 3 streams \(execution-7, article-a\.md, \.\.\.\) .* countTwice: true/,
      );
    const reinstated = { by: 'ann', reason: 'measured wrongly', countedTwice: 3 };
    seen(knowing, voided)
      .when(reinstating(true))
      .then({ type: 'DeploymentReinstated', data: reinstated });
    for (const refusal of knowing.told.refusals) ann.told.refusals.add(refusal);
    seen(ann, voided)
      .when(reinstating(true))
      .then({ type: 'DeploymentReinstated', data: { by: 'ann', reason: 'measured wrongly' } });
  });

  it('of data leaves work behind that counts again once it is reinstated, and not before', () => {
    const voids: Command = { type: 'VoidDeployment', rollbackId: 'r1' };
    const reinstates = reinstating(false);
    const voided = [...done, begin(), voids];
    seen(ann, voided)
      .when(reinstates)
      .refused('rollback-under-way', /r1 .* let it end first/);
    expect(statusAfter(...voided, end, reinstates)).toBe('superseded');
    seen(ann, [...voided, end, reinstates])
      .when(reinstates)
      .refused('deployment-not-void', /superseded, is not void/);
    expect(statusAfter(...voided, end, restore, reinstates)).toBe('live');
    seen(ann, [...done, begin(), end])
      .when(reinstates)
      .refused('deployment-not-void', /rolled_back, is not void/);
  });

  it('is begun only where the one before could be live again', () => {
    const expected: Command = { type: 'ExpectDeployment', rollbackId: 'r2' };
    seen(ann, [...done, supersede])
      .when(expected)
      .then();
    seen(ann, [...done, begin(), end])
      .when(expected)
      .then();
    seen(ann, full)
      .when(expected)
      .refused('deployment-not-restorable', /analysing: it never was live/);
    for (const history of [
      [...done, begin()],
      [...done, begin(), fail],
    ]) {
      seen(ann, history)
        .when(expected)
        .refused('deployment-not-restorable', /rollback r1 has not ended/);
    }
  });

  it('makes the one before live again', () => {
    expect(statusAfter(...done, supersede, restore)).toBe('live');
    seen(ann, full)
      .when(restore)
      .refused('deployment-not-restorable', /analysing: it never was live/);
  });
});

test('every command and every refusal is told of here', () => {
  const told = [ann, bob, cat].map((rules) => rules.told);
  const commands = new Set(told.flatMap((one) => [...one.commands]));
  expect([...commands].sort()).toEqual(
    [
      ...Object.keys(deploymentCommands),
      // The others of a rollback are part of histories: nothing is ever in their way.
      'SupersedeDeployment',
      'BeginRollback',
      'EndRollback',
      'ExpectDeployment',
      'RestoreDeployment',
      'RecordRehearsal',
    ].sort(),
  );
  const refusals: Readonly<Record<DeploymentRefusal, true>> = {
    'deployment-already-planned': true,
    'flow-unknown': true,
    'deployment-ended': true,
    'checklist-item-unknown': true,
    'checklist-item-measured': true,
    'outcome-contradicts-measure': true,
    'deployment-decided': true,
    'role-not-required': true,
    'role-already-signed': true,
    'planner-may-not-sign': true,
    'content-hash-stale': true,
    'deployment-not-ready': true,
    'deployment-not-go': true,
    'override-needs-second-operator': true,
    'deployment-live': true,
    'promotion-out-of-order': true,
    'deployment-not-promoted': true,
    'deployment-not-live': true,
    'rollback-under-way': true,
    'deployment-rolled-back': true,
    'deployment-not-restorable': true,
    'deployment-not-void': true,
    'work-done-again': true,
  };
  const found = new Set(told.flatMap((one) => [...one.refusals]));
  expect([...found].sort()).toEqual(Object.keys(refusals).sort());
});

test('a check is copied a few times, however many gates are told behind it', () => {
  const copied = jest.spyOn(Map.prototype, 'set');
  try {
    const events = Array.from({ length: 3_000 }, (_, index): DeploymentEvent => ({
      type: 'CheckRecorded',
      data: {
        gate: `gate-${String(index)}`,
        outcome: 'successful',
        measured: null,
        threshold: null,
        evidence: null,
        by: 'ci',
      },
    }));
    const { checks } = events.reduce(deployment.evolve, deployment.initialState);
    expect(copied.mock.calls.length / events.length).toBeLessThan(15);
    expect(checks.get('gate-0')?.outcome).toBe('successful');
  } finally {
    copied.mockRestore();
  }
});
