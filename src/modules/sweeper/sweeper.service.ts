import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';
import type { StandingContext } from '../../commands';
import { DECISION_CONTEXT } from '../command-bus/decision-context';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { Metrics } from '../metrics/metrics';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import { Listening } from './listening';

const atMost = 1_000;

// `heard_at` is when the ledger last took anything of it, so a late report of old work is not silence; nor is
// work that was voided since, behind which the row stands where it was long ago; nor the time that nobody listened.
const silentSql = `
select e.execution_id as "executionId", e.stream_version as version, e.flow,
  to_char(silent.since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "silentSince"
from read.execution_status e
join unnest($1::text[], $2::float8[]) as flows (flow, seconds) on flows.flow = e.flow
left join ledger.events voiding on voiding.position = (select voided from ledger.head)
cross join lateral (select greatest(e.heard_at, voiding.recorded_at) as since) silent
where e.status = 'running'
  and greatest(silent.since, $4::timestamptz) < clock_timestamp() - make_interval(secs => flows.seconds)
order by silent.since limit $3`;

interface Silent {
  readonly executionId: string;
  readonly version: number;
  readonly flow: string;
  readonly silentSince: string;
}

/** Two sweeps meet, or the execution was heard of meanwhile: nothing is wrong with that. */
const harmless = ['version-mismatch', 'execution-ended', 'stream-unknown', 'work-voided'];

/**
 * Times out running executions that nothing was heard of for longer than their flow allows, by
 * command. The command asks for the version that was seen silent: whoever speaks up meanwhile is
 * left alone. One process at a time does this.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Sweeper.name);
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`sweeps fail and are tried again: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(DECISION_CONTEXT) private readonly context: StandingContext,
    @InjectDataSource() private readonly database: DataSource,
    private readonly intake: CommandIntake,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.parts.has('sweeper')) return;
    this.resign = standFor(this.url, offices.sweeper, (signal, session) =>
      this.sweepUntil(session, signal),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async sweepUntil(session: ClientBase, signal: AbortSignal): Promise<void> {
    const listening = new Listening(session, this.settings.sweepSeconds);
    while (!signal.aborted) {
      try {
        await this.metrics.round('sweeper', () => this.sweep(listening));
        this.trouble.over();
      } catch (error) {
        this.trouble.met(error);
      }
      await pause(this.settings.sweepSeconds * 1000, signal);
    }
  }

  private async sweep(listening: Listening): Promise<void> {
    const since = await listening.since();
    const flows = [...this.context.flows.values()];
    const silent: Silent[] = await this.database.query(silentSql, [
      flows.map(({ name }) => name),
      flows.map(({ silenceSeconds }) => silenceSeconds),
      atMost,
      since,
    ]);
    await Promise.all(silent.map((execution) => this.timeOut(execution)));
    if (silent.length > 0) this.logger.log(`${String(silent.length)} silent executions timed out`);
  }

  private async timeOut({ executionId, version, flow, silentSince }: Silent): Promise<void> {
    const allowed = String(this.context.flows.get(flow)?.silenceSeconds);
    const command = {
      name: 'time-out-execution',
      body: { executionId, silentSince, reason: `nothing was heard of it for ${allowed} s` },
      caller: { name: 'sweeper', role: 'operator' } as const,
      correlationId: `sweep-${executionId}`.slice(0, 128),
      ifMatch: version,
    };
    await issueOwn(this.intake, command, harmless);
  }
}
