import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import type { WebhookEndpoint } from '../config/webhook-endpoint';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { inTurns } from '../database/turns';
import type { Turn } from '../database/turns';
import { Metrics } from '../metrics/metrics';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import { backoffOf } from './backoff';
import { DeliveryRecords } from './delivery-records';
import type { DueDelivery } from './delivery-records';
import { messageOf } from './message';
import { post } from './posting';
import { Resends } from './resends';
import { Suppressions } from './suppressions';

const lookMilliseconds = 1_000;

/** What an endpoint is served with, for as long as this process holds the office. */
interface Serving {
  readonly records: DeliveryRecords;
  readonly resends: Resends;
  readonly turn: Turn;
  readonly signal: AbortSignal;
}

/**
 * Sends facts of alerts to the webhooks of this configuration, in one elected process: to each in the
 * order of the ledger, and none waits for another. What was sent and not noted is sent again.
 *
 * waiting -> delivered (2xx)
 *    \-> waiting, later (anything else) -> dead (410, or too often) -> waiting (somebody asks for it)
 */
@Injectable()
export class Courier implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Webhooks');
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    const { webhooks, parts } = this.settings;
    if (webhooks.endpoints.length === 0 || !parts.has('sweeper')) return;
    for (const { name } of webhooks.endpoints) this.metrics.webhooksTo(name);
    this.resign = standFor(this.url, offices.webhooks, async (signal, session) => {
      const turn = inTurns();
      await Promise.all(
        webhooks.endpoints.map((endpoint) => this.serve(endpoint, session, turn, signal)),
      );
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async serve(
    endpoint: WebhookEndpoint,
    session: ClientBase,
    turn: Turn,
    signal: AbortSignal,
  ): Promise<void> {
    const records = new DeliveryRecords(session, endpoint.name);
    const suppressions = new Suppressions(session, endpoint.name);
    const resends = new Resends(session, endpoint.name);
    const trouble = new Trouble((message) => {
      this.logger.warn(`${endpoint.name} is gone on with: ${message}`);
    });
    const look = async (): Promise<number> => {
      const due = await turn(async () => {
        await records.register();
        await records.takeIn(async (taken) => {
          await suppressions.note(taken);
          await resends.take(taken);
        });
        return records.next();
      });
      if (due?.wait === 0) {
        await this.deliver(endpoint, due, { records, resends, turn, signal });
      }
      await turn(() => suppressions.forgetSome());
      return Math.min(lookMilliseconds, due?.wait ?? lookMilliseconds);
    };
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      let wait = lookMilliseconds;
      try {
        wait = await this.metrics.round('webhooks', look);
        trouble.over();
      } catch (error) {
        if (!isOver()) trouble.met(error);
      }
      await pause(wait, signal);
    }
  }

  private async deliver(
    endpoint: WebhookEndpoint,
    { fact, attempts }: DueDelivery,
    { records, resends, turn, signal }: Serving,
  ): Promise<void> {
    const { timeoutMilliseconds, backoffMilliseconds, ...webhooks } = this.settings.webhooks;
    const attempt = await post(endpoint, messageOf(fact), timeoutMilliseconds, signal);
    const { eventId, type, stream } = fact;
    if (attempt.delivered) {
      await turn(() => records.delivered(eventId, attempt));
      this.metrics.webhookAttempted(endpoint.name, 'delivered');
      return;
    }
    const failures = attempts + 1 - (await turn(() => resends.attemptsBefore(eventId)));
    const isDead = attempt.gone || failures >= webhooks.attempts;
    const asked = attempt.retryAfterMilliseconds;
    const wait = backoffOf(failures, backoffMilliseconds, asked, Math.random());
    await turn(() => records.failed(eventId, attempt, wait, isDead));
    this.metrics.webhookAttempted(endpoint.name, isDead ? 'dead' : 'failed');
    const told = `${type} of ${stream} to ${endpoint.name}: ${attempt.fault ?? ''}`;
    if (isDead) this.logger.error(`${told}, given up after ${String(failures)} attempts`);
    else if (failures === 1) this.logger.warn(`${told}, tried again`);
  }
}
