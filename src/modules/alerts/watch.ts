import type { AlertRule } from '../../events/alert.events';

/**
 * inactive -> pending (its measure alerts) -> firing (it did for long enough) -> inactive
 *    ^------------- (it does not, or nobody can say)        (it is well, or of the past)
 */
export type Watch =
  | { readonly status: 'inactive' }
  | {
      readonly status: 'pending';
      readonly deploymentId: string;
      /** What the rule asked, as `questionOf` has it. */
      readonly question: string;
      /** Milliseconds, as all times here. */
      readonly since: number;
      /** When it was last seen to alert. */
      readonly seenAt: number;
    }
  | { readonly status: 'firing'; readonly deploymentId: string };

/** What was measured of a live deployment. */
export interface Reading {
  readonly deploymentId: string;
  readonly value: number | null;
  readonly samples: number;
}

export type Act =
  | { readonly kind: 'fire'; readonly pendingSince: number }
  | { readonly kind: 'resolve'; readonly because: 'recovered' | 'deployment-changed' };

type Bounds = Pick<AlertRule, 'comparison' | 'threshold' | 'clearThreshold' | 'smallestSample'>;
type Asked = Bounds & Pick<AlertRule, 'flow' | 'measure' | 'windowDays'>;
export type Verdict = 'alerting' | 'between' | 'well' | 'inconclusive';

/** How a reading stands to a rule; between the two thresholds nothing begins and nothing ends. */
export const verdictOf = (rule: Bounds, { value, samples }: Reading): Verdict => {
  if (value === null || samples < rule.smallestSample) return 'inconclusive';
  const isBelow = rule.comparison === 'below';
  if (isBelow ? value < rule.threshold : value > rule.threshold) return 'alerting';
  return (isBelow ? value >= rule.clearThreshold : value <= rule.clearThreshold)
    ? 'well'
    : 'between';
};

/** What decides whether a measure alerts, as a text that is the same for the same question. */
export const questionOf = (rule: Asked): string => {
  const { flow, measure, windowDays, comparison, threshold, smallestSample } = rule;
  return JSON.stringify([flow, measure, windowDays, comparison, threshold, smallestSample]);
};

const inactive: Watch = { status: 'inactive' };
const stays = (watch: Watch): Next => ({ watch, act: null });

export interface Next {
  readonly watch: Watch;
  readonly act: Act | null;
}

/**
 * What a reading at `now` makes of a watch. While nobody looked for longer than `gap`, or another question
 * was asked, nobody knows whether the measure alerted without a break: the time it has to do so begins anew.
 */
export const next = (
  watch: Watch,
  rule: Asked & Pick<AlertRule, 'forSeconds'>,
  reading: Reading,
  { now, gap }: { readonly now: number; readonly gap: number },
): Next => {
  const { deploymentId } = reading;
  const verdict = verdictOf(rule, reading);
  if (watch.status === 'firing') {
    if (watch.deploymentId !== deploymentId) {
      return { watch: inactive, act: { kind: 'resolve', because: 'deployment-changed' } };
    }
    if (verdict !== 'well') return stays(watch);
    return { watch: inactive, act: { kind: 'resolve', because: 'recovered' } };
  }
  if (verdict !== 'alerting') return stays(inactive);
  const question = questionOf(rule);
  const isSame =
    watch.status === 'pending' &&
    watch.deploymentId === deploymentId &&
    watch.question === question &&
    now - watch.seenAt <= gap;
  const since = isSame ? watch.since : now;
  if (now - since < rule.forSeconds * 1_000) {
    return stays({ status: 'pending', deploymentId, question, since, seenAt: now });
  }
  return {
    watch: { status: 'firing', deploymentId },
    act: { kind: 'fire', pendingSince: since },
  };
};
