import { planRequest } from './plan-request';
import type { PlanForm } from './plan-request';

const usual = { how: 'usual', text: '' } as const;
const form: PlanForm = {
  deploymentId: ' d7 ',
  version: '2.4.0',
  flow: '',
  previous: '',
  notes: ' ',
  rehearsedWithinDays: '',
  plannerMaySign: true,
  checklist: usual,
  signOffs: usual,
  gates: usual,
};

test('asks for the usual lists by not naming them, and says nothing of what was left empty', () => {
  expect(planRequest(form)).toEqual({ deploymentId: 'd7', version: '2.4.0', plannerMaySign: true });
});

test('asks for a rehearsal by the days that it may be old', () => {
  expect(planRequest({ ...form, rehearsedWithinDays: ' 30 ' })).toMatchObject({
    rehearsedWithinDays: 30,
  });
});

test('asks for none by an empty list', () => {
  const none = { how: 'none', text: 'ignored' } as const;
  expect(planRequest({ ...form, checklist: none, signOffs: none, gates: none })).toMatchObject({
    checklist: [],
    requiredSignOffs: [],
    requiredGates: [],
  });
});

test('takes lists of its own by line, of roles by comma too, and items with their phase', () => {
  const own = (text: string) => ({ how: 'own', text }) as const;
  const { checklist, requiredSignOffs } = planRequest({
    ...form,
    checklist: own('taken, kept and restored\nstaging: healthy\n\nnote: read it'),
    signOffs: own('quality, devops'),
  });
  expect(checklist).toEqual([
    { item: 'taken, kept and restored' },
    { item: 'healthy', phase: 'staging' },
    { item: 'note: read it' },
  ]);
  expect(requiredSignOffs).toEqual(['quality', 'devops']);
});
