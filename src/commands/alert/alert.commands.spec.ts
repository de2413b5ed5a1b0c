import { alertCommands } from './alert.commands';
import { defaultRules } from './default-rules';

const observed = {
  value: 61,
  samples: 40,
  evidence: '24 of 40',
  since: '2026-01-08',
  readPosition: '90',
};
const fired = {
  alert: 'gate-pass-rate-low.1',
  rule: defaultRules[0],
  deploymentId: 'd7',
  observed,
  pendingSince: '2026-01-08T22:00:00.000000Z',
  rollbackTo: null,
  noRollbackBecause: null,
};
const fire = (alert: string) => alertCommands.FireAlert.schema.safeParse({ ...fired, alert });

test('an alert is named by its rule and a number', () => {
  expect(fire('gate-pass-rate-low.12').success).toBe(true);
});

test.each([
  'gate-pass-rate-low',
  'gate-pass-rate-low.0',
  'gate-pass-rate-low.x',
  'other.1',
  'gate-pass-rate-old.1',
])('an alert of gate-pass-rate-low is not named %s', (alert) => {
  expect(fire(alert).error?.issues).toMatchObject([{ path: ['alert'] }]);
});

test('an alert is fired and resolved as the evaluator says it', () => {
  expect(alertCommands.FireAlert.schema.parse(fired)).toEqual(fired);
  const resolved = { alert: fired.alert, because: 'recovered', observed };
  expect(alertCommands.ResolveAlert.schema.parse(resolved)).toEqual(resolved);
  expect(alertCommands.ResolveAlert.schema.parse({ ...resolved, observed: null }).observed).toBe(
    null,
  );
});

test('what its read model cannot keep is refused, by name', () => {
  const { error } = alertCommands.FireAlert.schema.safeParse({
    ...fired,
    pendingSince: 'yesterday',
    observed: { ...observed, samples: 2 ** 31, since: 'today', readPosition: 'the end' },
  });
  expect(error?.issues.map(({ path }) => path.join('.')).sort()).toEqual([
    'observed.readPosition',
    'observed.samples',
    'observed.since',
    'pendingSince',
  ]);
});
