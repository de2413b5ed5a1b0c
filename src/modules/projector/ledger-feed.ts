import { Logger } from '@nestjs/common';
import type { Pool } from 'pg';
import type { StoredEvent } from '../../events/event-metadata';
import { listen } from '../database/listener';
import type { LedgerReader } from '../ledger/ledger-reader';
import { lowestOf } from '../ledger/lowest';
import { pause } from '../pacing/pause';
import type { ApplySpans } from './apply-spans';
import type { GenerationRunner } from './generation-runner';
import { applyToEach } from './apply-to-each';
import { backoffAfter } from './backoff';
import { LevelGroup } from './level-group';
import type { Roster } from './roster';
import { SharedReads } from './shared-reads';

const batchEvents = 2_000;

/**
 * Feeds generations straight from the ledger, in position order. One that is behind catches up by
 * itself, at its own pace; those that are level are fed together.
 *
 *   catching up -> (has read to the end) -> level -> (cannot go on) -> catching up, later
 */
export class LedgerFeed {
  private readonly logger = new Logger(LedgerFeed.name);
  private readonly reads: SharedReads;
  private readonly level: LevelGroup<GenerationRunner>;

  constructor(
    reader: LedgerReader,
    pool: Pool,
    private readonly url: string,
    private readonly partitions: readonly number[],
    /** Where it is traced what is applied. */
    private readonly spans: ApplySpans | null = null,
  ) {
    this.reads = new SharedReads(reader, batchEvents);
    this.level = new LevelGroup(
      (after) => this.reads.after(after),
      (runners, events) =>
        this.traced(runners, events, () =>
          applyToEach(pool, runners, [{ partitions, events }], partitions.length),
        ),
    );
  }

  /** Feeds whoever is on the roster, until `signal` is aborted. */
  async run(roster: Roster, signal: AbortSignal): Promise<void> {
    const deafen = listen(this.url, 'ledger', () => {
      this.level.wake();
    });
    await Promise.all([
      this.level.run(signal),
      roster.attend((runner, listed) => this.feed(runner, listed), signal),
    ]);
    await deafen();
  }

  private async feed(runner: GenerationRunner, signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        const position = await this.catchUp(runner, signal);
        if (position === null) return;
        failures = 0;
        await this.level.join(runner, position, signal);
      } catch (error) {
        failures += 1;
        this.report(runner, error, failures);
        await pause(backoffAfter(error, failures), signal);
      }
    }
  }

  /** The position at which it has read to the end; null where `signal` was aborted before. */
  private async catchUp(runner: GenerationRunner, signal: AbortSignal): Promise<bigint | null> {
    const checkpoints = await runner.checkpoints(this.partitions);
    let position = lowestOf(checkpoints.values());
    while (!signal.aborted) {
      const events = await this.reads.after(position);
      const last = events.at(-1);
      if (last === undefined) return position;
      await this.traced([runner], events, () =>
        runner.apply({ partitions: this.partitions, events }),
      );
      position = last.position;
    }
    return null;
  }

  private async traced<T>(
    runners: readonly GenerationRunner[],
    events: readonly StoredEvent[],
    work: () => Promise<T>,
  ): Promise<T> {
    if (this.spans === null) return work();
    const generations = runners.map(({ generation }) => generation.id);
    const origins = await this.spans.recorded(events);
    return this.spans.around(origins, { events, generations }, work);
  }

  private report(runner: GenerationRunner, error: unknown, failures: number): void {
    const { id } = runner.generation;
    const reason = error instanceof Error ? error.message : String(error);
    if (failures === 1) this.logger.error(`${id} will be tried again: ${reason}`);
  }
}
