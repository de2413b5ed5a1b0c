import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { SETTINGS } from '../config/settings.token';
import type { KafkaSettings, Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { listen } from '../database/listener';
import { TopicWatch } from '../kafka/topic-watch';
import { LedgerReader } from '../ledger/ledger-reader';
import { Bell } from '../pacing/bell';
import type { Tracing } from '../telemetry/tracing';
import { TRACING } from '../telemetry/tracing.token';
import { RelayPlace } from './relay-place';
import { Tenure } from './tenure';

/** Brings the ledger to the topic, in one elected process. Being without the topic stops nobody else. */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnApplicationShutdown {
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly reader: LedgerReader,
    private readonly watch: TopicWatch,
    @Inject(TRACING) private readonly tracing: Tracing | null,
  ) {}

  onApplicationBootstrap(): void {
    const { kafka, parts } = this.settings;
    if (kafka === null || !parts.has('relay')) return;
    this.resign = standFor(this.url, offices.relay, (signal, session) =>
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
    const bell = new Bell();
    const deafen = listen(this.url, 'ledger', () => {
      bell.strike();
    });
    const place = new RelayPlace(session, kafka.topic, this.settings.partitions);
    const { reader, watch, tracing } = this;
    await new Tenure(kafka, place, reader, watch, bell, tracing).serve(signal).finally(deafen);
  }
}
