import { rulesOf } from '../../../test/harness/given-when-then';
import type { AlertCommand } from './alert.commands';
import { alert } from './alert.decider';
import type { AlertEvent } from './alert.decider';
import { defaultRules } from './default-rules';

const rule = defaultRules[1]!;
const fired: AlertEvent & { type: 'AlertFired' } = {
  type: 'AlertFired',
  data: {
    rule,
    deploymentId: 'd7',
    pendingSince: '2026-01-08T22:00:00.000000Z',
    observed: {
      value: 61,
      samples: 40,
      evidence: '24 of 40',
      since: '2026-01-07',
      readPosition: '90',
    },
    rollbackTo: 'd6',
    noRollbackBecause: null,
  },
};
const modest: AlertEvent = { type: 'AlertFired', data: { ...fired.data, rollbackTo: null } };
const id = { alert: `${rule.rule}.1` };
const acknowledge: AlertCommand = { type: 'AcknowledgeAlert', ...id, comment: 'I look at it' };
const dismiss: AlertCommand = { type: 'DismissAlert', ...id, reason: 'the scoring is wrong' };
const answer: AlertCommand = { type: 'AnswerAlert', ...id, rollbackId: 'r1' };
const resolve: AlertCommand = { type: 'ResolveAlert', ...id, because: 'recovered', observed: null };
const acknowledged: AlertEvent = {
  type: 'AlertAcknowledged',
  data: { comment: 'I look at it' },
};
const dismissed: AlertEvent = { type: 'AlertDismissed', data: { reason: 'the scoring is wrong' } };
const answered: AlertEvent = { type: 'AlertAnswered', data: { rollbackId: 'r1' } };
const resolved: AlertEvent = {
  type: 'AlertResolved',
  data: { because: 'recovered', observed: null },
};

const { given, told } = rulesOf(alert, {});

test('an alert fires once, whoever says so again', () => {
  const fire: AlertCommand = { type: 'FireAlert', ...id, ...fired.data };
  given().when(fire).then(fired);
  given(fired)
    .when(fire)
    .refused('alert-already-fired', /fired before/);
  given(fired, resolved)
    .when(fire)
    .refused('alert-already-fired', /fired before/);
});

test('it is acknowledged once, and goes on until it is resolved, once', () => {
  given(fired).when(acknowledge).then(acknowledged);
  given(fired, acknowledged).when(acknowledge).then();
  given(fired, acknowledged).when(resolve).then(resolved);
  given(fired, resolved).when(resolve).then();
});

test('what is over takes no more words', () => {
  for (const command of [acknowledge, dismiss, answer])
    given(fired, resolved)
      .when(command)
      .refused('alert-resolved', /is over/);
});

test('the rollback that it asks for is dismissed, or begun', () => {
  given(fired).when(dismiss).then(dismissed);
  given(fired, dismissed).when(dismiss).then();
  given(fired).when(answer).then(answered);
  given(fired, answered).when(answer).then();
  given(fired, dismissed).when(answer).then();
  given(fired, answered)
    .when(dismiss)
    .refused('alert-asks-nothing', /has begun/);
});

test('one that asks for nothing has nothing to dismiss', () => {
  given(modest)
    .when(dismiss)
    .refused('alert-asks-nothing', /asks for no rollback/);
  given(modest).when(answer).then();
});

test('every command and refusal is told of', () => {
  expect([...told.commands].sort()).toEqual([
    'AcknowledgeAlert',
    'AnswerAlert',
    'DismissAlert',
    'FireAlert',
    'ResolveAlert',
  ]);
  expect([...told.refusals].sort()).toEqual([
    'alert-already-fired',
    'alert-asks-nothing',
    'alert-resolved',
  ]);
});
