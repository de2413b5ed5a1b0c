import { UnreadableEvent, decode } from '../../events/codec';
import type { Aggregate } from '../../commands/aggregate';
import { newLineage } from '../ledger/append';
import type { Lineage } from '../ledger/append';
import type { History, LedgerReader } from '../ledger/ledger-reader';
import type { StoredEvent } from '../../events/event-metadata';
import type { Voidings } from '../../events/voiding';

/** A stream as this process knows it, what it has itself on the way to the ledger included. */
export interface StreamState {
  readonly version: number;
  readonly state: unknown;
  readonly lineage: Lineage;
  /** How many decisions of the lineage it rests on. */
  readonly steps: number;
  /** As of which voiding fact events were left out of it. */
  readonly epoch: bigint;
  /** The deployment whose voided work the whole stream is; null where it counts. */
  readonly voidedBy: string | null;
}

interface Asked {
  readonly aggregate: Aggregate;
  readonly stream: string;
  readonly resolve: (state: StreamState) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The states of the streams in use, kept in memory. They may be ahead of the ledger (decisions on
 * their way) or behind it (another process): the ledger tells when a decision is made, by refusing
 * its expected version, and then the stream is dropped here and read again.
 */
export class StreamStates {
  private readonly known = new Map<string, StreamState>();
  private readonly loading = new Map<string, Promise<StreamState>>();
  private asked: Asked[] = [];
  private clearings = 0;
  /** What is void, as far as is known here. */
  private voidings: Promise<Voidings> | null = null;

  constructor(
    private readonly reader: LedgerReader,
    private readonly atMost: number,
  ) {}

  /** The state if it is in memory: the fast path, without a turn of the event loop. */
  peek(stream: string): StreamState | undefined {
    return this.known.get(stream);
  }

  /** The state, read from the ledger where it is not known; reads of one turn share one query. */
  async load(aggregate: Aggregate, stream: string): Promise<StreamState> {
    const known = this.known.get(stream);
    if (known !== undefined) return known;
    const underWay = this.loading.get(stream);
    if (underWay !== undefined) return underWay;
    const loaded = new Promise<StreamState>((resolve, reject) => {
      if (this.asked.length === 0) {
        setImmediate(() => {
          void this.readAsked();
        });
      }
      this.asked.push({ aggregate, stream, resolve, reject });
    });
    this.loading.set(stream, loaded);
    return loaded;
  }

  keep(stream: string, state: StreamState): void {
    this.known.set(stream, state);
    if (this.known.size <= this.atMost) return;
    const oldest = this.known.keys().next();
    if (oldest.done !== true) this.known.delete(oldest.value);
  }

  drop(stream: string): void {
    this.known.delete(stream);
  }

  /** Forgets what rests on `lineage`; what was read anew since is kept. */
  dropLineage(stream: string, lineage: Lineage): void {
    if (this.known.get(stream)?.lineage === lineage) this.known.delete(stream);
  }

  /** Forgets a stream as it was before the fact at `epoch`. */
  dropBefore(stream: string, epoch: bigint): void {
    const known = this.known.get(stream);
    if (known !== undefined && known.epoch < epoch) this.known.delete(stream);
  }

  clear(): void {
    this.known.clear();
    this.voidings = null;
    this.clearings += 1;
  }

  /** Work was voided or reinstated by the fact at `epoch`: what was read before it is read anew. */
  async renew(epoch: bigint): Promise<void> {
    const known = await this.voidings;
    if (known !== null && known.epoch < epoch) this.clear();
  }

  private async readAsked(): Promise<void> {
    const asked = this.asked;
    this.asked = [];
    const aggregates = new Set(asked.map(({ aggregate }) => aggregate));
    await Promise.all(
      [...aggregates].map((aggregate) =>
        this.read(
          aggregate,
          asked.filter((one) => one.aggregate === aggregate),
        ),
      ),
    );
  }

  private async read(aggregate: Aggregate, asked: readonly Asked[]): Promise<void> {
    const streams = asked.map(({ stream }) => stream);
    const { clearings } = this;
    try {
      const voidings = await this.void();
      const histories = await this.reader.histories(
        streams,
        aggregate.ignores,
        aggregate.skims ?? [],
      );
      // Read before everything was to be forgotten, it would be kept behind that.
      if (clearings !== this.clearings) {
        await this.read(aggregate, asked);
        return;
      }
      for (const { stream, resolve, reject } of asked) {
        this.loading.delete(stream);
        try {
          const loaded = stateOf(aggregate, histories.get(stream), voidings);
          this.keep(stream, loaded);
          resolve(loaded);
        } catch (error) {
          reject(error); // what cannot be read of one stream stops no command to another
        }
      }
    } catch (error) {
      for (const { stream, reject } of asked) {
        this.loading.delete(stream);
        reject(error);
      }
    }
  }

  private void(): Promise<Voidings> {
    const known = this.voidings ?? this.reader.voidings();
    this.voidings = known;
    known.catch(() => {
      if (this.voidings === known) this.voidings = null; // the next one who reads asks again
    });
    return known;
  }
}

const stateOf = (
  aggregate: Aggregate,
  { version, events }: History = { version: 0, events: [] },
  voidings: Voidings,
): StreamState => {
  const { epoch } = voidings;
  const voidedBy = voidedWhole(events, voidings);
  // Of one that is void as a whole nothing is left out: what is spent on it yet is told of it as it is.
  const isSeen = (event: StoredEvent): boolean => voidedBy !== null || !voidings.isVoid(event);
  const state = events.reduce<unknown>(
    (before, event) =>
      isSeen(event)
        ? aggregate.evolve(before, decode(event))
        : passedOver(aggregate, before, event),
    aggregate.initialState,
  );
  return { version, state, lineage: newLineage(), steps: 0, epoch, voidedBy };
};

/** What is void and cannot be read by this code keeps nothing from being decided. */
const passedOver = (aggregate: Aggregate, before: unknown, event: StoredEvent): unknown => {
  if (aggregate.passOver === undefined) return before;
  try {
    return aggregate.passOver(before, decode(event));
  } catch (error) {
    if (error instanceof UnreadableEvent) return before;
    throw error;
  }
};

const voidedWhole = (events: readonly StoredEvent[], voidings: Voidings): string | null => {
  if (!voidings.any) return null;
  const first = events.find(({ version }) => version === 1);
  return first !== undefined && voidings.covers(first) ? first.deploymentId : null;
};
