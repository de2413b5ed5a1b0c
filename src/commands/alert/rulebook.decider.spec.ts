import { rulesOf } from '../../../test/harness/given-when-then';
import { alertRuleSchema } from '../../events/alert.events';
import { defaultRules } from './default-rules';
import type { RulebookCommand } from './rulebook.commands';
import { rulebook } from './rulebook.decider';
import type { RulebookEvent } from './rulebook.decider';

const critical = defaultRules.find(({ rule }) => rule === 'gate-pass-rate-critical')!;
const { given } = rulesOf(rulebook, {});
const set = (
  fields: Omit<RulebookCommand & { type: 'SetAlertRule' }, 'type'>,
): RulebookCommand => ({
  type: 'SetAlertRule',
  ...fields,
});

describe('the default rules', () => {
  test.each(defaultRules.map((rule) => [rule.rule, rule] as const))(
    '%s would be accepted as it is',
    (_name, rule) => {
      expect(alertRuleSchema.parse(rule)).toEqual(rule);
      given({ type: 'AlertRuleRemoved', data: { rule: rule.rule, reason: 'to make it anew' } })
        .when(set(rule))
        .then({ type: 'AlertRuleSet', data: rule });
    },
  );

  test('have names of their own', () => {
    expect(new Set(defaultRules.map(({ rule }) => rule)).size).toBe(defaultRules.length);
  });
});

test('a change keeps what it does not name', () => {
  const changed: RulebookEvent = { type: 'AlertRuleSet', data: { ...critical, threshold: 60 } };
  given()
    .when(set({ rule: critical.rule, threshold: 60 }))
    .then(changed);
  given(changed)
    .when(set({ rule: critical.rule, threshold: 60 }))
    .then();
  given(changed)
    .when(set({ rule: critical.rule, windowDays: null }))
    .then({ type: 'AlertRuleSet', data: { ...critical, threshold: 60, windowDays: null } });
});

test('a new rule says what it measures and when it alerts; the rest is usual', () => {
  const fields = { measure: 'error-rate', comparison: 'above', threshold: 20 } as const;
  given()
    .when(set({ rule: 'mine', ...fields }))
    .refused('alert-rule-incomplete', /mine is a new rule and needs severity/);
  given()
    .when(set({ rule: 'mine', ...fields, severity: 'warning' }))
    .then({
      type: 'AlertRuleSet',
      data: {
        rule: 'mine',
        flow: 'content',
        ...fields,
        clearThreshold: 20,
        severity: 'warning',
        forSeconds: 300,
        smallestSample: 20,
        windowDays: 2,
        action: 'none',
        automatic: false,
      },
    });
});

test('is well at its threshold where it says no other, and may roll back by itself', () => {
  const fields = { measure: 'roi-multiplier', comparison: 'below', threshold: 1 } as const;
  const acts = { action: 'rollback', automatic: true } as const;
  given()
    .when(set({ rule: 'mine', ...fields, ...acts, severity: 'critical' }))
    .then({
      type: 'AlertRuleSet',
      data: {
        rule: 'mine',
        flow: 'content',
        ...fields,
        clearThreshold: 1,
        severity: 'critical',
        forSeconds: 300,
        smallestSample: 20,
        windowDays: 2,
        ...acts,
      },
    });
});

test.each([
  [{ rule: critical.rule, clearThreshold: 69 }, /^clearThreshold: 69 .* at least the threshold 70/],
  [{ rule: 'error-rate-high', clearThreshold: 6 }, /^clearThreshold: 6 .* at most the threshold 5/],
  [{ rule: 'gate-pass-rate-low', automatic: true }, /^automatic: .* action rollback/],
])('%j contradicts itself', (fields, says) => {
  given().when(set(fields)).refused('alert-rule-wrong', says);
});

test('a rule that is removed is gone, and can be made anew', () => {
  const remove: RulebookCommand = { type: 'RemoveAlertRule', rule: critical.rule, reason: 'noise' };
  const removed: RulebookEvent = {
    type: 'AlertRuleRemoved',
    data: { rule: critical.rule, reason: 'noise' },
  };
  given().when(remove).then(removed);
  given(removed)
    .when(remove)
    .refused('alert-rule-unknown', /there are gate-pass-rate-low, roi/);
  given(removed, { type: 'AlertRuleSet', data: critical })
    .when(set({ rule: critical.rule }))
    .then();
});

test('a rule is copied a few times, however many are set and removed behind it', () => {
  const copied = jest.spyOn(Map.prototype, 'set');
  try {
    const names = Array.from({ length: 3_000 }, (_, index) => `rule-${String(index)}`);
    const events = names.flatMap((rule): RulebookEvent[] => [
      { type: 'AlertRuleSet', data: { ...critical, rule } },
      ...(rule.endsWith('7')
        ? [{ type: 'AlertRuleRemoved', data: { rule, reason: 'noise' } } as const]
        : []),
    ]);
    const book = events.reduce(rulebook.evolve, rulebook.initialState);
    expect(copied.mock.calls.length / names.length).toBeLessThan(30);
    expect([book.has('rule-2998'), book.has('rule-2997')]).toEqual([true, false]);
  } finally {
    copied.mockRestore();
  }
});
