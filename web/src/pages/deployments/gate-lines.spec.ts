import type { ChecklistLine, Gate } from './deployment';
import { gateLinesOf } from './gate-lines';

const rule: Gate = {
  gate: 'error-rate',
  comparison: 'below',
  threshold: 5,
  unit: '%',
  smallestSample: 10,
};
const check = {
  outcome: 'failed' as const,
  measured: 7,
  threshold: 5,
  evidence: '7 of 100',
  by: 'probe',
  at: '2026-01-08T22:00:00Z',
};
const item = { item: 'healthy', gate: 'health' } as ChecklistLine;

test('a required gate says what it asks for beside what was measured', () => {
  const [line] = gateLinesOf({
    gates: [rule],
    checklist: [],
    checks: [{ gate: 'error-rate', ...check }],
  });
  expect(line).toMatchObject({
    isRequired: true,
    asked: 'below 5 %, of 10 or more',
    measured: 7,
    outcome: 'failed',
  });
});

test('gates follow that tick an item, or were checked though nobody asked', () => {
  const lines = gateLinesOf({
    gates: [rule],
    checklist: [item, item],
    checks: [{ gate: 'acceptance-run', ...check }],
  });
  expect(lines.map(({ gate, isRequired, outcome }) => [gate, isRequired, outcome])).toEqual([
    ['error-rate', true, null],
    ['health', false, null],
    ['acceptance-run', false, 'failed'],
  ]);
});
