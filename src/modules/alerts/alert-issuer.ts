import { Injectable } from '@nestjs/common';
import { CommandIntake } from '../command-bus/command-intake';
import type { Accepted } from '../command-bus/issued-command';
import { Problem } from '../http/problem';

/** Who issues what follows from alert rules. */
const alertCaller = { name: 'alerts', role: 'operator' } as const;

/** Somebody else recorded something of the alert meanwhile: it is looked at again. */
const moot: ReadonlySet<string> = new Set([
  ...['version-mismatch', 'alert-already-fired', 'alert-resolved'],
]);

/** Issues the commands that follow from alert rules. */
@Injectable()
export class AlertIssuer {
  constructor(private readonly intake: CommandIntake) {}

  /**
   * Of an alert, as it was at `version`; null where it has changed since.
   *
   * @throws Problem for any other refusal.
   */
  async ofAlert(
    name: string,
    alert: string,
    version: number,
    body: object,
  ): Promise<Accepted | null> {
    try {
      return await this.issue(name, { alert, ...body }, alert, null, version);
    } catch (error) {
      if (error instanceof Problem && moot.has(error.code)) return null;
      throw error;
    }
  }

  /** A rollback, because of the fact `causedBy` of an alert. @throws Problem where it is refused. */
  rollback(body: object, alert: string, causedBy: string): Promise<Accepted> {
    return this.issue('start-rollback', body, alert, causedBy, null);
  }

  private issue(
    name: string,
    body: object,
    correlationId: string,
    causationId: string | null,
    ifMatch: number | null,
  ): Promise<Accepted> {
    return this.intake.take({
      ...{ name, body, caller: alertCaller, correlationId, causationId },
      ...{ idempotencyKey: null, ifMatch, deploymentId: null },
    });
  }
}
