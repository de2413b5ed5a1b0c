import { isDeepStrictEqual } from 'node:util';
import { Injectable, Logger } from '@nestjs/common';
import type { Rulebook } from '../../commands/alert/rulebook.decider';
import type { AlertRule } from '../../events/alert.events';
import { LiveDeployments } from '../deployment/live-deployments';
import type { LiveDeployment } from '../deployment/live-deployments';
import { instantOf } from '../ledger/instant';
import { AlertIssuer } from './alert-issuer';
import { AlertMeasures } from './measures';
import type { Measured } from './measures';
import { RecordedAlerts } from './recorded-alerts';
import type { OpenAlert } from './recorded-alerts';
import { RecordedRules } from './recorded-rules';
import { RollbackAsking, askedOf } from './rollback-asking';
import { next } from './watch';
import type { Watch } from './watch';
import type { WatchRecords } from './watch-records';

const dayMilliseconds = 86_400_000;

/** The first UTC day of a rule's window; null for all of the deployment. */
const sinceOf = ({ windowDays }: AlertRule, now: number): string | null =>
  windowDays === null ? null : instantOf(now - (windowDays - 1) * dayMilliseconds).slice(0, 10);

/** Of a flow that no deployment was activated in; its events have the first stamp of all. */
const nobody: LiveDeployment = { deploymentId: 'initial', predecessor: null };

interface Look {
  readonly rule: AlertRule;
  readonly live: LiveDeployment;
  readonly measured: Measured;
  readonly since: string | null;
}

const observedOf = ({ measured, since }: Look) => ({ ...measured, since });

/** Looks at every rule once, and records what follows from it. */
@Injectable()
export class AlertRound {
  private readonly logger = new Logger('Alerts');
  /** By rule, why it could not be looked at. */
  private readonly troubles = new Map<string, string>();

  constructor(
    private readonly rules: RecordedRules,
    private readonly alerts: RecordedAlerts,
    private readonly measures: AlertMeasures,
    private readonly deployments: LiveDeployments,
    private readonly issuer: AlertIssuer,
    private readonly asking: RollbackAsking,
  ) {}

  /**
   * `gap`: milliseconds without a look after which a pending time begins anew. Gives whether every rule
   * could be looked at.
   */
  async take(records: WatchRecords, gap: number): Promise<boolean> {
    const rules = await this.rules.inForce();
    const open = await this.alerts.open();
    const pending = await records.all();
    let isWhole = true;
    for (const [, rule] of rules) {
      const firing = open.find(({ fired }) => fired.data.rule.rule === rule.rule);
      const watch: Watch =
        firing === undefined
          ? (pending.get(rule.rule) ?? { status: 'inactive' })
          : { status: 'firing', deploymentId: firing.fired.data.deploymentId };
      const isDone = await this.attempt(rule.rule, () =>
        this.look(rule, watch, firing, records, gap),
      );
      isWhole &&= isDone;
      // Left by a process that fired it and went before it dropped this: the next time would count from there.
      if (firing !== undefined && pending.has(rule.rule)) await records.drop(rule.rule);
    }
    await this.forget(rules, open, [...pending.keys()], records);
    await this.asking.seeTo(await this.alerts.open(), rules);
    return isWhole;
  }

  private async look(
    rule: AlertRule,
    watch: Watch,
    firing: OpenAlert | undefined,
    records: WatchRecords,
    gap: number,
  ): Promise<void> {
    const now = await records.now();
    const live = (await this.deployments.of(rule.flow)) ?? nobody;
    const since = sinceOf(rule, now);
    const measured = await this.measures.of(rule.measure, live, since);
    const { deploymentId } = live;
    const look = { rule, live, measured, since };
    const { watch: after, act } = next(watch, rule, { deploymentId, ...measured }, { now, gap });
    // What was measured may follow a change of the rule: it is looked at again by what holds now.
    if (act !== null && !(await this.isInForce(rule))) return;
    if (act?.kind === 'fire') await this.fire(look, act.pendingSince);
    if (act?.kind === 'resolve' && firing !== undefined) {
      const observed = act.because === 'recovered' ? observedOf(look) : null;
      await this.resolve(firing, act.because, observed);
    }
    if (after.status === 'pending') await records.keep(rule.rule, after);
    else if (watch.status === 'pending') await records.drop(rule.rule);
  }

  private async isInForce(rule: AlertRule): Promise<boolean> {
    return isDeepStrictEqual((await this.rules.inForce()).get(rule.rule), rule);
  }

  /** Under the next number of the rule, which is taken where another process was first. */
  private async fire(look: Look, pendingSince: number): Promise<void> {
    const { rule, live, measured } = look;
    const alert = this.alerts.nextOf(rule.rule);
    const { deploymentId } = live;
    const fired = await this.issuer.ofAlert('fire-alert', alert, 0, {
      rule,
      deploymentId,
      observed: observedOf(look),
      ...askedOf(rule, live),
      pendingSince: instantOf(pendingSince),
    });
    if (fired !== null) this.logger.warn(`${alert} fires (${rule.severity}): ${measured.evidence}`);
  }

  private async resolve(open: OpenAlert, because: string, observed: object | null): Promise<void> {
    // One that is over takes no answer: what began since the last look is told first, its end with the next.
    if (await this.asking.answered(open)) return;
    const { alert, version } = open;
    const resolved = await this.issuer.ofAlert('resolve-alert', alert, version, {
      because,
      observed,
    });
    if (resolved !== null) this.logger.log(`${alert} is over: ${because}`);
  }

  /** Ends what rules are watched for that are not there any more. */
  private async forget(
    rules: Rulebook,
    open: readonly OpenAlert[],
    pending: readonly string[],
    records: WatchRecords,
  ): Promise<void> {
    for (const alert of open) {
      if (!rules.has(alert.fired.data.rule.rule)) await this.resolve(alert, 'rule-removed', null);
    }
    for (const rule of pending) if (!rules.has(rule)) await records.drop(rule);
  }

  /** A rule that cannot be looked at holds up no other; it is said once. */
  private async attempt(rule: string, look: () => Promise<void>): Promise<boolean> {
    try {
      await look();
      this.troubles.delete(rule);
      return true;
    } catch (error) {
      const { message } = error as Error;
      if (this.troubles.get(rule) !== message)
        this.logger.warn(`the alert rule ${rule} cannot be looked at: ${message}`);
      this.troubles.set(rule, message);
      return false;
    }
  }
}
