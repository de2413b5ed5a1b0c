import { Logger } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Projection } from '../../projections/projection';
import { listen } from '../database/listener';
import { Bell } from '../pacing/bell';
import { Trouble } from '../pacing/trouble';
import { GenerationRunner } from './generation-runner';
import { generationsChannel } from './generations';
import type { Generations } from './generations';

/** A look without being told: only in case a notification was lost. */
const lookMilliseconds = 1_000;

interface Attended {
  readonly end: () => void;
  readonly over: Promise<void>;
}

/** The generations that this code can feed, as they come and go. */
export class Roster {
  private readonly logger = new Logger('Projector');
  private readonly attended = new Map<string, Attended>();
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`generations are looked for again: ${message}`);
  });

  constructor(
    private readonly pool: Pool,
    private readonly url: string,
    private readonly generations: Generations,
    private readonly projections: readonly Projection[],
    private readonly partitions: number,
  ) {}

  /**
   * Calls `serve` for every generation on the roster, those that come later too, each with a signal
   * that is aborted once it is no longer on it. Ends when `signal` is aborted and all have been served.
   */
  async attend(
    serve: (runner: GenerationRunner, listed: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const bell = new Bell();
    const deafen = listen(this.url, generationsChannel, () => {
      bell.strike();
    });
    while (!signal.aborted) {
      const { count } = bell;
      await this.look(serve, signal);
      await bell.beyond(count, lookMilliseconds, signal);
    }
    await Promise.all([deafen(), ...[...this.attended.values()].map(({ over }) => over)]);
  }

  private async look(
    serve: (runner: GenerationRunner, listed: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const listed = new Map(
        (await this.generations.fed(this.projections)).map((one) => [one.id, one]),
      );
      for (const [id, { end }] of this.attended) if (!listed.has(id)) end();
      for (const [id, generation] of listed) {
        const projection = this.projections.find(({ name }) => name === generation.projection);
        if (projection === undefined || this.attended.has(id)) continue;
        const runner = new GenerationRunner(this.pool, projection, generation, this.partitions);
        const ended = new AbortController();
        const over = serve(runner, AbortSignal.any([signal, ended.signal])).finally(() =>
          this.attended.delete(id),
        );
        const end = (): void => {
          ended.abort();
        };
        this.attended.set(id, { end, over });
      }
      this.trouble.over();
    } catch (error) {
      this.trouble.met(error);
    }
  }
}
