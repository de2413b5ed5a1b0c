import { effect, untracked } from '@preact/signals';
import { address } from '../api/address';
import { ApiProblem } from '../api/problem';
import { read } from '../api/request';
import type { EventCounts } from '../api/rows';
import type { LedgerEvent } from './event';
import { onceSeenIn } from './once-seen-in';
import { onEvents } from './tail';
import { withEvents, without } from './window-count';
import type { WindowCount } from './window-count';

interface Change {
  readonly data?: WindowCount;
  readonly problem: ApiProblem | undefined;
}

/** A figure that changes more often is not read. */
const shownEvery = 100;

/**
 * Counts the events of some types since a moment that moves on. The server counts once; from there on
 * each event is counted as the tail of the ledger tells it, and those that become too old are taken
 * away: of a day of many events only what changes is read.
 */
export class SlidingCounts {
  private readonly ending = new AbortController();
  private readonly letGo: (() => void)[] = [];
  private readonly wanted: ReadonlySet<string>;
  private count: WindowCount | null = null;
  /** From where `count` counts; null before it does. */
  private since: string | null = null;
  /** What was heard of while the server counts. */
  private pending: LedgerEvent[] = [];
  private round = 0;
  private turnAway = (): void => undefined;
  private showing: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly types: readonly string[],
    private readonly sinceNow: () => string,
    private readonly tell: (change: Change) => void,
  ) {
    this.wanted = new Set(types);
  }

  start(): void {
    this.letGo.push(
      onEvents((events) => {
        if (events.length === 0) this.recount();
        else this.hear(events);
      }),
      effect(() => {
        const since = this.sinceNow();
        untracked(() => void this.slide(since));
      }),
    );
    this.recount();
  }

  stop(): void {
    this.ending.abort();
    this.turnAway();
    clearTimeout(this.showing);
    for (const release of this.letGo) release();
  }

  /** Has the server count anew. */
  recount(): void {
    this.turnAway();
    this.round += 1;
    this.count = null;
    this.pending = [];
    void this.countAll(this.round);
  }

  private hear(events: readonly LedgerEvent[]): void {
    if (this.count === null) {
      this.pending.push(...events.filter(({ type }) => this.wanted.has(type)));
      return;
    }
    this.count = withEvents(this.count, events, this.wanted);
    this.showing ??= setTimeout(() => {
      this.show();
    }, shownEvery);
  }

  private show(): void {
    clearTimeout(this.showing);
    this.showing = undefined;
    if (this.count !== null) this.tell({ data: this.count, problem: undefined });
  }

  private async countAll(round: number): Promise<void> {
    const since = this.sinceNow();
    const found = await this.ask({ since }, round);
    if (found === null) return;
    const begun = { through: BigInt(found.toPosition), types: found.types };
    this.count = withEvents(begun, this.pending, this.wanted);
    this.since = since;
    this.pending = [];
    this.show();
  }

  private async slide(to: string): Promise<void> {
    const { since, round } = this;
    if (since === null || this.count === null || to <= since) return;
    const gone = await this.ask({ since, until: to }, round);
    if (gone === null || this.since !== since || this.hasNoCount()) return;
    this.count = without(this.count, gone.types);
    this.since = to;
    this.show();
  }

  /** A recount may have begun while something was awaited, which the compiler does not know. */
  private hasNoCount(): boolean {
    return this.count === null;
  }

  /** Null where it failed, or where the server was asked to count anew meanwhile. */
  private async ask(
    scope: { readonly since: string; readonly until?: string },
    round: number,
  ): Promise<EventCounts | null> {
    const path = address('/v1/events/counts', { ...scope, types: this.types.join(',') });
    try {
      const found = await read<EventCounts>(path, this.ending.signal);
      return round === this.round ? found : null;
    } catch (error) {
      if (this.ending.signal.aborted || round !== this.round) return null;
      if (!(error instanceof ApiProblem)) throw error;
      this.tell({ problem: error });
      if (error.retryAfterSeconds !== null) {
        this.turnAway();
        this.turnAway = onceSeenIn(error.retryAfterSeconds * 1_000, () => {
          this.recount();
        });
      }
      return null;
    }
  }
}
