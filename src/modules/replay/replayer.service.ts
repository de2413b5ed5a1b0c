import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';
import { cutText, longestReason } from '../../commands/fields';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { SETTINGS } from '../config/settings.token';
import type { KafkaSettings, Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { replayTopic } from '../kafka/replay-topic';
import { Trouble } from '../pacing/trouble';
import { EventLog } from '../reading/events/event-log';
import { EventSections } from '../reading/events/event-sections';
import { LedgerReader } from '../ledger/ledger-reader';
import { Metrics } from '../metrics/metrics';
import type { Tracing } from '../telemetry/tracing';
import { TRACING } from '../telemetry/tracing.token';
import { RecordedReplays } from './recorded-replays';
import { ReplayBell } from './replay-bell';
import { ReplayCourse } from './replay-course';
import type { Ending } from './replay-course';
import { ReplayPlaces } from './replay-places';
import { ReplaySpans } from './replay-spans';

const caller = { name: 'replayer', role: 'operator' } as const;
const lookMilliseconds = 1_000;
/** Replays that are carried out side by side; further ones wait for their turn. */
const atOnce = 4;

const openSql = `
select replay_id as "replayId" from read.replays where status = 'running' order by started_at`;

/** Carries out replays in one elected process, some side by side. */
@Injectable()
export class Replayer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Replayer.name);
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`replays are looked for again: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    @InjectDataSource() private readonly database: DataSource,
    private readonly log: EventLog,
    private readonly sections: EventSections,
    private readonly replays: RecordedReplays,
    private readonly bell: ReplayBell,
    private readonly intake: CommandIntake,
    private readonly reader: LedgerReader,
    private readonly metrics: Metrics,
    @Inject(TRACING) private readonly tracing: Tracing | null,
  ) {}

  onApplicationBootstrap(): void {
    const { kafka, parts } = this.settings;
    if (kafka === null || !parts.has('sweeper')) return;
    this.resign = standFor(this.url, offices.replayer, (signal, session) =>
      this.serve(kafka, session, signal),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async serve(
    kafka: KafkaSettings,
    session: ClientBase,
    signal: AbortSignal,
  ): Promise<void> {
    const places = new ReplayPlaces(session);
    const underWay = new Map<string, Promise<void>>();
    while (!signal.aborted) {
      const { count } = this.bell;
      for (const replayId of await this.open()) {
        if (underWay.has(replayId) || underWay.size >= atOnce) continue;
        const course = this.carryOut(replayId, kafka, places, signal).finally(() => {
          underWay.delete(replayId);
        });
        underWay.set(replayId, course);
      }
      await this.bell.beyond(count, lookMilliseconds, signal);
    }
    await Promise.all(underWay.values());
  }

  private async open(): Promise<readonly string[]> {
    try {
      const rows = await this.metrics.round('replayer', () =>
        this.database.query<{ replayId: string }[]>(openSql),
      );
      this.trouble.over();
      return rows.map(({ replayId }) => replayId);
    } catch (error) {
      this.trouble.met(error);
      return [];
    }
  }

  private async carryOut(
    replayId: string,
    kafka: KafkaSettings,
    places: ReplayPlaces,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const replay = await this.replays.find(replayId);
      if (replay?.status !== 'running') return; // the read model is a little behind
      const { log, sections, replays, bell, tracing, reader, metrics } = this;
      const spans = tracing === null ? null : new ReplaySpans(tracing, reader.pool);
      const reached = { kafka, topicOf: replayTopic, spans, metrics };
      const means = { log, sections, replays, places, bell, ...reached };
      const ending = await new ReplayCourse(replay, means).run(signal);
      if (ending !== null) await this.end(replayId, ending);
    } catch (error) {
      this.logger.warn(`replay ${replayId} will be gone on with: ${(error as Error).message}`);
    }
  }

  private async end(replayId: string, ending: Ending): Promise<void> {
    const { sent, lastSent } = ending.place;
    const reached = {
      sent: Number(sent),
      lastPosition: lastSent === null ? null : String(lastSent),
    };
    const [name, body] =
      ending.kind === 'completed'
        ? ['complete-replay', { replayId, ...reached }]
        : ['fail-replay', { replayId, cause: cutText(ending.cause, longestReason), ...reached }];
    const command = { name, body, caller, correlationId: replayId };
    const recorded = await issueOwn(this.intake, command, ['replay-ended']);
    if (recorded === null) return; // it was cancelled meanwhile
    this.logger.log(`replay ${replayId} ${ending.kind}: ${sent} events sent`);
  }
}
