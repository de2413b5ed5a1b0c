import { defaultRules } from '../../commands/alert/default-rules';
import { alertsCheck } from './alert-standing';
import type { OpenAlert } from './recorded-alerts';

const openOf = (name: string): OpenAlert => {
  const rule = defaultRules.find((each) => each.rule === name)!;
  const data = { rule, deploymentId: 'd7', observed: { evidence: 'what was counted' } };
  return { alert: `${name}.1`, fired: { data } } as OpenAlert;
};

test.each([
  ['gate-pass-rate-critical', 'flow'],
  ['error-rate-high', 'flow'],
  ['execution-slower', 'flow'],
  ['style-query-slow', 'rag'],
  ['roi-below-one', 'roi'],
] as const)('a critical alert of %s degrades %s, and nothing else', (name, degraded) => {
  for (const area of ['flow', 'rag', 'roi'] as const) {
    const check = alertsCheck(area, [openOf(name)]);
    if (area !== degraded) expect(check).toEqual({ status: 'healthy' });
    else
      expect(check).toEqual({
        status: 'degraded',
        detail: `critical alerts: ${name}.1 (d7: what was counted)`,
      });
  }
});

test('a warning degrades nothing', () => {
  expect(alertsCheck('flow', [openOf('gate-pass-rate-low')])).toEqual({ status: 'healthy' });
});
