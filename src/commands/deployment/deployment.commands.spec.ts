import { deploymentCommands } from './deployment.commands';

const { PlanDeployment, SignOff, PromoteDeployment, DecideDeployment, RecordCheck } =
  deploymentCommands;
const messageOf = (result: { error?: { issues: { message: string }[] } | undefined }) =>
  result.error?.issues[0]?.message;

test('a plan is for the default flow, and its planner may sign, where nothing else is said', () => {
  expect(PlanDeployment.schema.parse({ deploymentId: 'd1', version: '2' })).toEqual({
    deploymentId: 'd1',
    version: '2',
    flow: 'content',
    plannerMaySign: true,
  });
});

test.each([
  [{ checklist: [{ item: 'a' }, { item: 'a' }] }, /has an item twice/],
  [{ checklist: [{ item: 'a', phase: 'later' }] }, /"before-deployment"/],
  [{ requiredSignOffs: ['quality', 'quality'] }, /names one of them twice/],
  [{ requiredGates: ['not a gate'] }, /1 to 128 characters/],
])('a plan with %j is refused', (part, message) => {
  const plan = { deploymentId: 'd1', version: '2', ...part };
  expect(messageOf(PlanDeployment.schema.safeParse(plan))).toMatch(message);
});

test('what was live before all plans is none that can be planned: it would never be superseded', () => {
  const plan = { deploymentId: 'initial', version: '2' };
  expect(messageOf(PlanDeployment.schema.safeParse(plan))).toMatch(/before any deployment/);
});

test('what a deployment takes the place of has to exist, but for the first of all', () => {
  const plan = PlanDeployment.schema.parse({ deploymentId: 'd2', version: '2' });
  expect(PlanDeployment.refersTo?.(plan)).toBeUndefined();
  expect(PlanDeployment.refersTo?.({ ...plan, previous: 'initial' })).toBeUndefined();
  expect(PlanDeployment.refersTo?.({ ...plan, previous: 'd1' })).toEqual({
    category: 'deployment',
    id: 'd1',
  });
});

test('traffic takes two steps, a decision a reason, a sign-off a hash', () => {
  const id = { deploymentId: 'd1' };
  expect(PromoteDeployment.schema.safeParse({ ...id, traffic: 75 }).success).toBe(false);
  expect(messageOf(DecideDeployment.schema.safeParse({ ...id, verdict: 'go', reason: ' ' }))).toBe(
    'must say why',
  );
  const signed = { ...id, role: 'quality', verdict: 'approved', contentHash: 'abc' };
  expect(messageOf(SignOff.schema.safeParse(signed))).toMatch(/SHA-256/);
});

test('services record checks, and all else is the operators’', () => {
  const roles = Object.entries(deploymentCommands).filter(([, { role }]) => role === 'service');
  expect(roles.map(([name]) => name)).toEqual(['RecordCheck', 'MeasureDeployment']);
  expect(RecordCheck.schema.safeParse({ deploymentId: 'd1', gate: 'health' }).success).toBe(false);
});
