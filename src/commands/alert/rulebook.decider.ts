import type { EventsOf } from '../../events';
import type { AlertRule, rulebookEventSchemas } from '../../events/alert.events';
import { refuse } from '../decider';
import type { Decider, Refusal } from '../decider';
import { PersistentMap } from '../persistent-map';
import { defaultRules } from './default-rules';
import type { RulebookCommand } from './rulebook.commands';

export type RulebookEvent = EventsOf<typeof rulebookEventSchemas>;
type RulebookRefusal = 'alert-rule-unknown' | 'alert-rule-incomplete' | 'alert-rule-wrong';

/** The rules in force by name. */
export type Rulebook = PersistentMap<string, AlertRule>;

type SetRule = Extract<RulebookCommand, { type: 'SetAlertRule' }>;

const needed = ['measure', 'comparison', 'threshold', 'severity'] as const;

/** What a rule is that says no more than it has to. */
const unsaid = {
  flow: 'content',
  forSeconds: 300,
  smallestSample: 20,
  windowDays: 2,
  action: 'none',
  automatic: false,
} as const;

/** A new rule may leave out when it is well again: beyond the threshold then. */
type Unclear = Omit<AlertRule, 'clearThreshold'> & Partial<Pick<AlertRule, 'clearThreshold'>>;

/** What contradicts itself, for a person; null where nothing does. */
const faultOf = (rule: AlertRule): string | null => {
  const { comparison, threshold, clearThreshold: clear, action, automatic } = rule;
  if (comparison === 'below' ? clear < threshold : clear > threshold) {
    const side = comparison === 'below' ? 'at least' : 'at most';
    return `clearThreshold: ${String(clear)} is on the alerting side, give ${side} the threshold ${String(threshold)}`;
  }
  if (automatic && action === 'none') {
    return 'automatic: nothing is done by this rule, give action rollback with it';
  }
  return null;
};

const set = (
  book: Rulebook,
  { type: _type, ...given }: SetRule,
): readonly RulebookEvent[] | Refusal<RulebookRefusal> => {
  const before = book.get(given.rule);
  const missing = needed.filter((field) => (given[field] ?? before?.[field]) === undefined);
  if (missing.length > 0) {
    const detail = `${given.rule} is a new rule and needs ${missing.join(', ')}`;
    return refuse('alert-rule-incomplete', detail);
  }
  const together = { ...unsaid, ...before, ...given } as Unclear;
  const rule: AlertRule = {
    ...together,
    clearThreshold: together.clearThreshold ?? together.threshold,
  };
  const fault = faultOf(rule);
  if (fault !== null) return refuse('alert-rule-wrong', fault);
  const isSame = before !== undefined && sameRule(before, rule);
  return isSame ? [] : [{ type: 'AlertRuleSet', data: rule }];
};

const sameRule = (left: AlertRule, right: AlertRule): boolean =>
  (Object.keys(right) as (keyof AlertRule)[]).every((field) => left[field] === right[field]);

/** Which alert rules are in force: the default ones, but for what was set and removed since. */
export const rulebook: Decider<Rulebook, RulebookCommand, RulebookEvent, RulebookRefusal, unknown> =
  {
    initialState: PersistentMap.empty<string, AlertRule>().with(
      defaultRules.map((rule) => [rule.rule, rule]),
    ),
    evolve: (book, event) => {
      switch (event.type) {
        case 'AlertRuleSet':
          return book.with([[event.data.rule, event.data]]);
        case 'AlertRuleRemoved':
          return book.without(event.data.rule);
      }
    },
    decide: (command, book) => {
      switch (command.type) {
        case 'SetAlertRule':
          return set(book, command);
        case 'RemoveAlertRule': {
          const { rule, reason } = command;
          if (book.has(rule)) return [{ type: 'AlertRuleRemoved', data: { rule, reason } }];
          const detail = `there is no rule ${rule}; there are ${[...book].map(([name]) => name).join(', ')}`;
          return refuse('alert-rule-unknown', detail);
        }
      }
    },
  };
