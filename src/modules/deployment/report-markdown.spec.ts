import type { DeploymentReport } from './deployment-report';
import { reportMarkdown } from './report-markdown';

const at = '2026-01-08T22:00:00.000000Z';
const contentHash = 'ab'.repeat(32);
const missing: DeploymentReport['missing'] = [
  { kind: 'sign-off', name: 'quality', why: 'has not signed' },
];
const rule: DeploymentReport['plan']['gates'][number] = {
  gate: 'error-rate',
  comparison: 'below',
  threshold: 5,
  unit: '%',
  smallestSample: 10,
};
const check: DeploymentReport['checks'][number] = {
  gate: 'error-rate',
  outcome: 'failed',
  measured: 7,
  threshold: 5,
  evidence: '7 of 100',
  by: 'probe',
  at,
};

const report: DeploymentReport = {
  deploymentId: 'd7',
  status: 'validating',
  traffic: 0,
  position: '12',
  contentHash,
  plan: {
    version: '2.4.0',
    flow: 'content',
    previous: 'd6',
    notes: 'a | b\n# c',
    plannedBy: 'ann',
    plannedAt: at,
    plannerMaySign: true,
    gates: [rule],
  },
  checklist: {
    ticked: 1,
    total: 2,
    items: [
      {
        item: 'reviewed',
        phase: 'before-deployment',
        description: 'By another',
        gate: null,
        ticked: true,
        by: 'ann',
        at,
        evidence: '<b>pull</b> 12',
      },
      {
        item: 'healthy',
        phase: 'staging',
        description: null,
        gate: 'health',
        ticked: false,
        by: null,
        at: null,
        evidence: null,
      },
    ],
  },
  signOffs: [
    {
      role: 'quality',
      verdict: null,
      by: null,
      at: null,
      comment: null,
      contentHash: null,
      invalidatedBy: { kind: 'check', name: 'error-rate', to: 'failed' },
    },
  ],
  checks: [check, { ...check, gate: 'health', outcome: 'successful', measured: null }],
  missing,
  decision: null,
  overrideRequest: null,
  succession: { liveAt: null, endedAt: null, supersedes: null, supersededBy: null },
  timeline: [{ at, by: 'ann', type: 'DeploymentPlanned', text: 'version 2.4.0 planned' }],
};

const decided = (verdict: 'go' | 'no_go', override: boolean): DeploymentReport => ({
  ...report,
  decision: {
    verdict,
    reason: 'it has to be',
    by: 'bob',
    at,
    contentHash,
    override: override ? { requestedBy: 'cat', reason: 'today', missing } : null,
  },
});

test('has everything that a person asks of a deployment', () => {
  expect(reportMarkdown(report)).toMatchSnapshot();
});

test('what people wrote is not taken for markup', () => {
  const text = reportMarkdown(report);
  expect(text).toContain('a \\| b # c');
  expect(text).toContain('\\<b\\>pull\\</b\\> 12');
});

test('tells what was decided, by whom, and in spite of what', () => {
  expect(reportMarkdown(decided('no_go', false))).toContain('**NO-GO** by bob');
  const overridden = reportMarkdown(decided('go', true));
  expect(overridden).toContain('**GO** by bob');
  expect(overridden).toContain('Overrides, as cat asked (today):\n\n- sign-off quality');
  const request = { by: 'cat', reason: 'today', contentHash, missing };
  expect(reportMarkdown({ ...report, overrideRequest: request })).toContain(
    'Not decided. cat asks for an override: today',
  );
});

test('a plan that asks for nothing has a report, too', () => {
  const nothing = { ...report, signOffs: [], checks: [], missing: [], timeline: [] };
  const text = reportMarkdown({
    ...nothing,
    plan: { ...report.plan, gates: [] },
    checklist: { ticked: 0, total: 0, items: [] },
  });
  expect(text).toContain('## Checklist (0 of 0)\n\nNone.');
  expect(text).toContain('## What the next step lacks\n\nNothing.');
});
