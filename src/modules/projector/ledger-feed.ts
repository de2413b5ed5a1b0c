import { Logger } from '@nestjs/common';
import type { StoredEvent } from '../../events/event-metadata';
import { pause } from '../database/election';
import { listen } from '../database/listener';
import type { LedgerReader } from '../ledger/ledger-reader';
import { Stuck } from './generation-runner';
import type { GenerationRunner } from './generation-runner';

const batchEvents = 2_000;
const remembered = 4;
const longestBackoff = 30_000;
/** A look without being told: only in case a notification was lost. */
const lookMilliseconds = 1_000;

/** Wakes whoever waits; whoever was busy meanwhile has not missed it. */
class Bell {
  private waiting = new Set<() => void>();
  strikes = 0;

  strike(): void {
    this.strikes += 1;
    for (const wake of this.waiting) wake();
  }

  /** Resolves when it has been struck since it had been `heard` times, or after a time. */
  async since(heard: number, milliseconds: number): Promise<void> {
    if (this.strikes !== heard) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      this.waiting.add(wake);
    });
  }
}

/**
 * Feeds generations straight from the ledger, in position order. Each goes at its own pace; those
 * that stand at the same position share one read.
 */
export class LedgerFeed {
  private readonly logger = new Logger(LedgerFeed.name);
  private readonly bell = new Bell();
  private readonly reads = new Map<bigint, Promise<StoredEvent[]>>();

  constructor(
    private readonly reader: LedgerReader,
    private readonly url: string,
    private readonly partitions: readonly number[],
  ) {}

  /** Feeds until `signal` is aborted. `current` is told whenever a generation has read to the end. */
  async run(
    runners: readonly GenerationRunner[],
    current: (runner: GenerationRunner) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const deafen = listen(this.url, 'ledger', () => {
      this.bell.strike();
    });
    signal.addEventListener('abort', () => {
      this.bell.strike();
    });
    await Promise.all(runners.map((runner) => this.feed(runner, current, signal)));
    await deafen();
  }

  private async feed(
    runner: GenerationRunner,
    current: (runner: GenerationRunner) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    let failures = 0;
    let position: bigint | null = null;
    while (!signal.aborted) {
      try {
        position ??= await this.lowest(runner);
        const heard = this.bell.strikes;
        const events = await this.read(position);
        const last = events.at(-1);
        if (last === undefined) {
          await current(runner);
          await this.bell.since(heard, lookMilliseconds);
          continue;
        }
        await runner.apply({ partitions: this.partitions, events });
        position = last.position;
        failures = 0;
      } catch (error) {
        position = null; // what was applied, the checkpoint knows
        failures += 1;
        this.report(runner, error, failures);
        await pause(Math.min(longestBackoff, 250 * 2 ** Math.min(failures, 10)), signal);
      }
    }
  }

  private async lowest(runner: GenerationRunner): Promise<bigint> {
    const checkpoints = await runner.checkpoints(this.partitions);
    return [...checkpoints.values()].reduce((low, at) => (at < low ? at : low));
  }

  private read(position: bigint): Promise<StoredEvent[]> {
    const underWay = this.reads.get(position);
    if (underWay !== undefined) return underWay;
    const read = this.reader.after(position, batchEvents);
    this.reads.set(position, read);
    const forget = (): void => {
      this.reads.delete(position);
    };
    read.then((events) => {
      if (events.length === 0) forget();
    }, forget);
    if (this.reads.size > remembered) {
      const oldest = this.reads.keys().next();
      if (oldest.done !== true) this.reads.delete(oldest.value);
    }
    return read;
  }

  private report(runner: GenerationRunner, error: unknown, failures: number): void {
    const { id } = runner.generation;
    const reason = error instanceof Error ? error.message : String(error);
    const word = error instanceof Stuck ? 'stands still' : 'will be tried again';
    if (failures === 1 || error instanceof Stuck) this.logger.error(`${id} ${word}: ${reason}`);
  }
}
