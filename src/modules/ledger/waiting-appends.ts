import { partsOf } from './append';
import type { Append, Outcome } from './append';
import { QueueFull } from './ledger-unavailable';

/** An append, and how its caller is told what became of it. */
export interface Waiting {
  readonly append: Append;
  readonly bytes: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export interface CommitLimits {
  /** Appends waiting at most; past it they are turned away. */
  readonly queuedAppends: number;
  readonly queuedBytes: number;
  /** Appends in one transaction at most. */
  readonly batchAppends: number;
  readonly batchBytes: number;
}

/** What an append and each of its events take besides their data, in bytes. */
const overhead = 300;

const bytesOf = (append: Append): number => {
  let bytes = overhead;
  for (const { events } of partsOf(append)) {
    for (const { data } of events) bytes += data.length + overhead;
  }
  return bytes;
};

/** The appends that no transaction has taken yet, in the order they came: bounded, in number and bytes. */
export class WaitingAppends {
  private waiting: Waiting[] = [];
  private bytes = 0;
  private drained: (() => void)[] = [];

  constructor(private readonly limits: CommitLimits) {}

  get length(): number {
    return this.waiting.length;
  }

  /** @throws QueueFull where there is no room. */
  add(append: Append): Promise<Outcome> {
    const { queuedAppends, queuedBytes } = this.limits;
    if (this.waiting.length >= queuedAppends || this.bytes >= queuedBytes) {
      throw new QueueFull();
    }
    const bytes = bytesOf(append);
    return new Promise((resolve, reject) => {
      this.waiting.push({ append, bytes, resolve, reject });
      this.bytes += bytes;
    });
  }

  /** The first of them, as many as one transaction takes. */
  take(): Waiting[] {
    const { batchAppends, batchBytes } = this.limits;
    let bytes = 0;
    const end = this.waiting.findIndex(
      (one, index) => index >= batchAppends || (index > 0 && (bytes += one.bytes) > batchBytes),
    );
    const batch = end === -1 ? this.waiting : this.waiting.slice(0, end);
    this.waiting = end === -1 ? [] : this.waiting.slice(end);
    this.bytes -= batch.reduce((sum, one) => sum + one.bytes, 0);
    this.makeRoom();
    return batch;
  }

  /** All of them, with nobody left. */
  takeAll(): Waiting[] {
    const all = this.waiting;
    this.waiting = [];
    this.bytes = 0;
    this.makeRoom();
    return all;
  }

  /** Resolves once at most half of the room is taken: how a stream of commands is slowed down. */
  async room(): Promise<void> {
    const { queuedAppends, queuedBytes } = this.limits;
    while (this.waiting.length * 2 > queuedAppends || this.bytes * 2 > queuedBytes) {
      await new Promise<void>((resolve) => this.drained.push(resolve));
    }
  }

  private makeRoom(): void {
    const drained = this.drained;
    this.drained = [];
    for (const resume of drained) resume();
  }
}
