import { Injectable } from '@nestjs/common';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import type { Accepted } from '../command-bus/issued-command';

/** Who issues what follows from alert rules. */
const alertCaller = { name: 'alerts', role: 'operator' } as const;

/** Somebody else recorded something of the alert meanwhile: it is looked at again. */
const moot = ['version-mismatch', 'alert-already-fired', 'alert-resolved'];

/** Issues the commands that follow from alert rules. */
@Injectable()
export class AlertIssuer {
  constructor(private readonly intake: CommandIntake) {}

  /**
   * Of an alert, as it was at `version`; null where it has changed since.
   *
   * @throws Problem for any other refusal.
   */
  ofAlert(name: string, alert: string, version: number, body: object): Promise<Accepted | null> {
    const issued = { caller: alertCaller, correlationId: alert, ifMatch: version };
    return issueOwn(this.intake, { name, body: { alert, ...body }, ...issued }, moot);
  }

  /** A rollback, because of the fact `causedBy` of an alert. @throws Problem where it is refused. */
  async rollback(body: object, alert: string, causedBy: string): Promise<void> {
    const issued = { caller: alertCaller, correlationId: alert, causationId: causedBy };
    await issueOwn(this.intake, { name: 'start-rollback', body, ...issued });
  }
}
