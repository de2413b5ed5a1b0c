import { alertCommands } from './alert.commands';
import { defaultRules } from './default-rules';

const fire = (alert: string) =>
  alertCommands.FireAlert.schema.safeParse({
    ...{ alert, rule: defaultRules[0], deploymentId: 'd7' },
    observed: { value: 61, samples: 40, evidence: '24 of 40', since: null, readPosition: '90' },
    ...{ pendingSince: '2026-01-08T22:00:00.000000Z', rollbackTo: null, noRollbackBecause: null },
  });

test('an alert is named by its rule and a number', () => {
  expect(fire('gate-pass-rate-low.12').success).toBe(true);
});

test.each(['gate-pass-rate-low', 'gate-pass-rate-low.0', 'gate-pass-rate-low.x', 'other.1'])(
  'an alert of gate-pass-rate-low is not named %s',
  (alert) => {
    expect(fire(alert).error?.issues).toMatchObject([{ path: ['alert'] }]);
  },
);
