import { Injectable, Logger } from '@nestjs/common';
import type { Rulebook } from '../../commands/alert/rulebook.decider';
import type { RecordedEvent } from '../../events';
import type { AlertRule } from '../../events/alert.events';
import type { LiveDeployment } from '../deployment/live-deployments';
import { Problem } from '../http/problem';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventsOf } from '../ledger/stream-events';
import { AlertIssuer } from './alert-issuer';
import type { OpenAlert } from './recorded-alerts';

interface Asked {
  readonly rollbackTo: string | null;
  readonly noRollbackBecause: string | null;
}

/** Whether a rule that fires asks for a rollback of the live deployment, or why it does not. */
export const askedOf = (
  { action }: Pick<AlertRule, 'action'>,
  { deploymentId, predecessor }: LiveDeployment,
): Asked => {
  if (action === 'none') return { rollbackTo: null, noRollbackBecause: null };
  if (predecessor !== null) return { rollbackTo: predecessor, noRollbackBecause: null };
  const noRollbackBecause = `${deploymentId} has no predecessor to go back to`;
  return { rollbackTo: null, noRollbackBecause };
};

/** Sees to alerts that ask for a rollback: whether one has begun, and begins those that need no word. */
@Injectable()
export class RollbackAsking {
  private readonly logger = new Logger('Alerts');
  /** Refusals that were told of, so that each is told once. */
  private readonly told = new Set<string>();

  constructor(
    private readonly reader: LedgerReader,
    private readonly issuer: AlertIssuer,
  ) {}

  async seeTo(open: readonly OpenAlert[], rules: Rulebook): Promise<void> {
    for (const alert of open) {
      if (alert.rollback !== 'asked' || (await this.answered(alert))) continue;
      const { rule } = alert.fired.data;
      // Both: what was promised when it fired, and what is wanted by now.
      const isAutomatic = rule.automatic && rules.get(rule.rule)?.automatic === true;
      const rollbackId = isAutomatic ? await this.begin(alert) : null;
      if (rollbackId !== null) await this.answer(alert, rollbackId);
    }
  }

  /** Whether the rollback that an alert asks for has begun; it is then recorded as its answer. */
  async answered(alert: OpenAlert): Promise<boolean> {
    const rollbackId = alert.rollback === 'asked' ? await this.begun(alert) : null;
    if (rollbackId === null) return false;
    await this.answer(alert, rollbackId);
    return true;
  }

  private async answer({ alert, version }: OpenAlert, rollbackId: string): Promise<void> {
    await this.issuer.ofAlert('answer-alert', alert, version, { rollbackId });
  }

  /** The rollback of its deployment that began after it fired; null where none did. */
  private async begun({ fired }: OpenAlert): Promise<string | null> {
    const stream = `deployment-${fired.data.deploymentId}`;
    const events = await eventsOf(this.reader, stream);
    const isBegun = (event: RecordedEvent): event is RecordedEvent<'RollbackBegun'> =>
      event.type === 'RollbackBegun' && event.position > fired.position;
    return events.find(isBegun)?.data.rollbackId ?? null;
  }

  /** The id follows from the alert, so whoever begins it again is refused. Null where it is refused. */
  private async begin({ alert, fired }: OpenAlert): Promise<string | null> {
    const { deploymentId, rollbackTo: to, observed, rule } = fired.data;
    const rollbackId = `alert.${alert}`;
    const value = String(observed.value);
    const reason = `alert ${alert}: ${rule.measure} is ${value}, ${rule.comparison} ${String(rule.threshold)}`;
    try {
      const body = { rollbackId, deploymentId, to, mode: 'code', reason };
      await this.issuer.rollback(body, alert, fired.eventId);
      this.logger.warn(`${reason}: rollback ${rollbackId} of ${deploymentId} begins by itself`);
      return rollbackId;
    } catch (error) {
      if (!(error instanceof Problem && error.status < 500)) throw error;
      const line = `rollback ${rollbackId} cannot begin (${error.code}): ${error.message}`;
      if (!this.told.has(line)) this.logger.warn(line);
      this.told.add(line);
      return null;
    }
  }
}
