import fc from 'fast-check';
import { contentFlow } from '../execution/flow';
import type { DeploymentCommand } from './deployment.commands';
import { deployment } from './deployment.decider';
import type { DeploymentEvent, DeploymentState } from './deployment.state';
import { contentText, missingForGo, readinessOf } from './readiness';
import type { SupersedeDeployment } from './succession';

/* Any sequence of commands by anybody, taken to the decider in order; a digest that is the text itself. */

type Command = DeploymentCommand | SupersedeDeployment;
type Issued = readonly [actor: string, command: Command];

const digestOf = (text: string): string => text;
const flows = new Map([[contentFlow.name, contentFlow]]);
const actors = ['ann', 'bob', 'cat'];
const id = { deploymentId: 'd7' };

const item = fc.constantFrom('reviewed', 'healthy', 'watched', 'lost');
const role = fc.constantFrom('quality', 'devops', 'sales');
const gate = fc.constantFrom('error-rate', 'health');
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const text = optional(fc.constantFrom('seen', 'not seen'));

const plan: Command = {
  type: 'PlanDeployment',
  ...id,
  version: '2',
  flow: 'content',
  plannerMaySign: false,
  checklist: [
    { item: 'reviewed', phase: 'before-deployment' },
    { item: 'healthy', phase: 'staging', gate: 'health' },
    { item: 'watched', phase: 'monitoring' },
  ],
  requiredSignOffs: ['quality'],
  requiredGates: ['error-rate'],
};

/** A hash of `now` is that of what there is when it is issued. */
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('TickChecklistItem'), ...fixed(id), item, evidence: text }),
  fc.record({ type: fc.constant('UntickChecklistItem'), ...fixed(id), item }),
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('RecordCheck'),
      ...fixed(id),
      gate,
      outcome: fc.constantFrom('successful', 'successful', 'failed', 'inconclusive'),
      measured: optional(fc.constantFrom(1, 2, 9)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('SignOff'),
      ...fixed(id),
      role,
      verdict: fc.constantFrom('approved', 'approved', 'rejected'),
      contentHash: fc.constantFrom('now', 'now', 'stale'),
    }),
  },
  fc.record({ type: fc.constant('WithdrawSignOff'), ...fixed(id), role }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('DecideDeployment'),
      ...fixed(id),
      reason: fc.constant('so'),
      verdict: fc.constantFrom('go', 'go', 'no_go'),
      override: fc.boolean(),
    }),
  },
  fc.record({ type: fc.constant('StageDeployment'), ...fixed(id) }),
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('PromoteDeployment'),
      ...fixed(id),
      traffic: fc.constantFrom(50, 100),
    }),
  },
  fc.record({ type: fc.constant('CompleteDeployment'), ...fixed(id) }),
  fc.record({ type: fc.constant('AbortDeployment'), ...fixed(id) }),
  fc.record({ type: fc.constant('SupersedeDeployment'), supersededBy: fc.constant('d8') }),
);

function fixed<T extends object>(values: T): { [K in keyof T]: fc.Arbitrary<T[K]> } {
  const entries = Object.entries(values).map(([name, value]) => [name, fc.constant(value)]);
  return Object.fromEntries(entries) as { [K in keyof T]: fc.Arbitrary<T[K]> };
}

/** Goes straight to being live where nothing else happens, so that every state is reached. */
const course: readonly Issued[] = [
  ['ann', { type: 'TickChecklistItem', ...id, item: 'reviewed' }],
  ['bob', { type: 'RecordCheck', ...id, gate: 'error-rate', outcome: 'successful', measured: 1 }],
  ['bob', { type: 'SignOff', ...id, role: 'quality', verdict: 'approved', contentHash: 'now' }],
  ['ann', { type: 'DecideDeployment', ...id, verdict: 'go', reason: 'so', override: false }],
  ['ann', { type: 'StageDeployment', ...id }],
  ['bob', { type: 'RecordCheck', ...id, gate: 'health', outcome: 'successful' }],
  ['ann', { type: 'PromoteDeployment', ...id, traffic: 50 }],
  ['bob', { type: 'RecordCheck', ...id, gate: 'error-rate', outcome: 'successful', measured: 2 }],
  ['ann', { type: 'PromoteDeployment', ...id, traffic: 100 }],
  ['bob', { type: 'RecordCheck', ...id, gate: 'error-rate', outcome: 'successful', measured: 2 }],
  ['ann', { type: 'TickChecklistItem', ...id, item: 'watched' }],
  ['ann', { type: 'CompleteDeployment', ...id }],
];

/** The course, with other commands by anybody in between, and some of it left out. */
const anyHistory: fc.Arbitrary<readonly Issued[]> = fc
  .tuple(
    ...course.map((step) =>
      fc.tuple(
        fc.array(fc.tuple(fc.constantFrom(...actors), anyCommand), { maxLength: 2 }),
        fc.constantFrom(true, true, true, true, true, false),
        fc.constant(step),
      ),
    ),
  )
  .map((parts) => parts.flatMap(([others, taken, step]) => [...others, ...(taken ? [step] : [])]));

interface Step {
  readonly before: DeploymentState;
  readonly events: readonly DeploymentEvent[];
  readonly after: DeploymentState;
}

const stepsOf = (history: readonly Issued[]): Step[] => {
  let state = deployment.initialState;
  return ([['ann', plan], ...history] as readonly Issued[]).map(([actor, given]) => {
    const command =
      given.type === 'SignOff' && given.contentHash === 'now'
        ? { ...given, contentHash: state.contentHash }
        : given;
    const context = {
      flows,
      actor,
      digestOf,
      liveDeployment: null,
      measures: [],
      doneAgain: { streams: 0, such: [] },
    };
    const decision = deployment.decide(command, state, context);
    const events = 'refused' in decision ? [] : decision;
    const before = state;
    state = events.reduce(deployment.evolve, state);
    return { before, events, after: state };
  });
};

const always = (holds: (step: Step) => void): void => {
  fc.assert(
    fc.property(anyHistory, (history) => {
      for (const step of stepsOf(history)) holds(step);
    }),
  );
};

const unstaged = ['draft', 'validating', 'awaiting_sign_off', 'go', 'no_go'];

test('a deployment always knows the hash of what it is, what it lacks, and where it stands', () => {
  always(({ after }) => {
    expect(after.contentHash).toBe(contentText(after));
    const { status } = after;
    if (status === 'absent') throw new Error('it was planned');
    expect({ status, missing: after.missing }).toEqual(readinessOf({ ...after, status }));
  });
});

test('every sign-off that stands before staging is of what there is', () => {
  always(({ after }) => {
    if (!unstaged.includes(after.status)) return;
    for (const { contentHash, by } of after.signOffs.values()) {
      expect(contentHash).toBe(after.contentHash);
      expect(by).not.toBe('ann'); // who planned, and may not sign
    }
  });
});

test('no GO without all that is required, but by two who are not the planner alone', () => {
  always(({ before, events }) => {
    for (const event of events) {
      if (event.type !== 'DeploymentDecided' || event.data.verdict === 'no_go') continue;
      const { by, override } = event.data;
      expect(override?.missing ?? []).toEqual(missingForGo(before));
      if (override === null) continue;
      expect(by).not.toBe(override.requestedBy);
      expect(by).not.toBe('ann');
    }
  });
});

test('traffic grows by one step at a time, and only on successful checks since the last', () => {
  always(({ before, events, after }) => {
    for (const event of events) {
      if (event.type !== 'DeploymentPromoted') continue;
      expect([before.traffic, after.traffic]).toEqual(before.traffic === 0 ? [0, 50] : [50, 100]);
      for (const { gate: name } of before.gates) {
        const check = before.checks.get(name);
        expect(check?.outcome).toBe('successful');
        if (before.traffic > 0) expect(check?.sinceStep).toBe(true);
      }
    }
  });
});

test('a deployment gets live by its course', () => {
  const statuses = stepsOf(course).map(({ after }) => after.status);
  expect(statuses.at(-1)).toBe('live');
  expect([...new Set(statuses)]).toEqual([
    'draft',
    'validating',
    'awaiting_sign_off',
    'go',
    'staging',
    'analysing',
    'promoting',
    'live',
  ]);
});
