import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { breakLineage, partsOf } from './append';
import type { Append, Outcome } from './append';
import type { BatchWriter } from './batch-writer';
import type { CommitSpans, EndCommit } from './commit-spans';
import { instantOf } from './instant';
import { judge, trusting } from './judge';
import type { Findings, Judgement } from './judge';
import { LedgerUnavailable } from './ledger-unavailable';
import type { Head } from './seal';
import { WaitingAppends } from './waiting-appends';
import type { CommitLimits, Waiting } from './waiting-appends';
import { WrittenVersions } from './written-versions';

interface Flight {
  /** The head that it was judged on. */
  readonly before: Head;
  readonly batch: readonly Waiting[];
  readonly judgement: Judgement;
  readonly landed: Promise<boolean>;
}

export interface CommitObserver {
  committed(events: number, seconds: number): void;
}

/** Two batches: while one waits for the disk, the next is on its way. More only made each smaller. */
const flightsAtMost = 2;

/**
 * Batches written while holding the head, after another process was seen to commit too. Half of them are
 * left when what is known here of streams is forgotten: enough for what was being read then.
 */
const cautiousAfterRivalry = 16;

/**
 * Group commit. Appends from concurrent commands are gathered while earlier ones are being written,
 * and written together: judged in memory on top of the head as this process knows it, then committed
 * by one statement that does nothing unless the head still stands there. That proves every
 * expectation the judgement rested on. Where it fails (another process committed, or a key or a
 * version was taken) the batch is looked up, judged and written while holding the head, which cannot fail so.
 *
 *   gather -> judge (trusting) -> commit if head unmoved -> outcomes
 *                                   \-> hold head -> look -> judge -> commit -> outcomes
 *
 * An unmoved head proves only what was known here when it became the head. So once another process has
 * committed, nothing is trusted until it is quiet again and whatever was decided on before is forgotten.
 */
export class CommitQueue {
  private readonly waiting: WaitingAppends;
  private flights: Flight[] = [];
  /** Taken from the queue and not yet told their outcome. */
  private readonly untold = new Set<Waiting>();
  /** Batches, and appends that wait, that are looked up before anything is trusted again. */
  private caution = 0;
  private unproven = 0;
  private running: Promise<void> | null = null;
  private writer: BatchWriter | null = null;
  private head: Head | null = null;
  private readonly written = new WrittenVersions();

  constructor(
    limits: CommitLimits,
    private readonly observer: CommitObserver,
    private readonly isFatal: (error: unknown) => boolean,
    private readonly lost: (error: unknown) => void,
    /** Told when what is known of streams may be older than the head. */
    private readonly forget: () => void,
    /** Where commits are traced. */
    private readonly spans: CommitSpans | null = null,
  ) {
    this.waiting = new WaitingAppends(limits);
  }

  get length(): number {
    return this.waiting.length;
  }

  /** Takes up work on a fresh connection. */
  async connect(writer: BatchWriter): Promise<void> {
    this.head = await writer.head();
    this.writer = writer;
  }

  /** The connection of a writer has ended: at rest nothing else would say so before the next append failed. */
  disconnected(writer: BatchWriter): void {
    if (writer !== this.writer || this.running !== null) return;
    this.giveUp(new LedgerUnavailable('the database ended the connection'));
  }

  /** Resolves with the append's own outcome once it is durable. */
  append(append: Append): Promise<Outcome> {
    if (this.writer === null) throw new LedgerUnavailable('the database is not reachable');
    const outcome = this.waiting.add(append);
    this.running ??= this.run();
    return outcome;
  }

  /** Resolves once at most half of the queue is taken: how a stream of commands is slowed down. */
  room(): Promise<void> {
    return this.waiting.room();
  }

  /** Resolves when everything taken so far has its outcome. */
  async settled(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  private async run(): Promise<void> {
    await turnOfTheLoop(); // whatever else this turn brings goes into the same batch
    while (this.waiting.length > 0 || this.flights.length > 0) {
      const writer = this.writer;
      try {
        if (writer === null) throw new LedgerUnavailable('the database is not reachable');
        if (this.waiting.length > 0 && this.flights.length < flightsAtMost)
          await this.launch(writer);
        else await this.land(writer);
      } catch (error) {
        this.giveUp(error);
      }
    }
    this.running = null; // at once after the look at the queue: whoever comes now starts it anew
  }

  private async launch(writer: BatchWriter): Promise<void> {
    const batch = this.waiting.take();
    for (const one of batch) this.untold.add(one);
    if (this.caution > 0 || this.unproven > 0) {
      await this.landAll(writer);
      await this.writeHolding(writer, batch);
      this.calm(batch.length);
      return;
    }
    this.flights.push(await this.takeOff(writer, batch));
    await turnOfTheLoop();
  }

  /** One cautious batch less to come. */
  private calm(written: number): void {
    this.caution = Math.max(0, this.caution - 1);
    this.unproven = Math.max(0, this.unproven - written);
    if (this.caution !== cautiousAfterRivalry / 2) return;
    this.forget();
    this.written.clear();
    this.unproven = this.waiting.length;
  }

  private async takeOff(writer: BatchWriter, batch: readonly Waiting[]): Promise<Flight> {
    // What asks and writes nothing is not proven by a commit: it has to be looked up.
    const asking = batch.filter(({ append }) => append.events.length === 0);
    const findings = await writer.look(asking.map(({ append }) => append));
    const before = this.knownHead();
    const judgement = this.judge(batch, before, findings);
    const writes = judgement.events.length > 0 || judgement.keys.length > 0;
    this.head = judgement.head;
    this.note(judgement.versions);
    const ended = this.beginSpan(batch);
    const started = performance.now();
    const landed = (writes ? writer.commit(before, judgement) : Promise.resolve(true)).then(
      (done) => {
        if (done && writes) this.observe(judgement, started);
        ended?.(done ? judgement : null);
        return done;
      },
      (error: unknown) => {
        ended?.(null, error);
        throw error;
      },
    );
    landed.catch(() => undefined); // looked at when its turn comes
    return { before, batch, judgement, landed };
  }

  private async land(writer: BatchWriter): Promise<void> {
    const flight = this.flights[0];
    if (flight === undefined) return;
    let landed = false;
    try {
      landed = await flight.landed;
    } catch (error) {
      if (this.isFatal(error)) throw error;
    }
    if (landed) {
      this.flights.shift();
      this.tell(flight.batch, flight.judgement);
      return;
    }
    // Those launched behind it built on it, so they failed as well: all are written again, in order.
    const failed = this.flights;
    await Promise.allSettled(failed.map((one) => one.landed));
    this.flights = [];
    this.head = flight.before;
    for (const { batch } of failed) await this.writeHolding(writer, batch);
  }

  private async landAll(writer: BatchWriter): Promise<void> {
    while (this.flights.length > 0) await this.land(writer);
  }

  private async writeHolding(writer: BatchWriter, batch: readonly Waiting[]): Promise<void> {
    const appends = batch.map(({ append }) => append);
    const ended = this.beginSpan(batch);
    const started = performance.now();
    let found = trusting;
    try {
      const judgement = await writer.commitHolding(appends, (head, findings) => {
        if (!head.hash.equals(this.knownHead().hash)) this.caution = cautiousAfterRivalry;
        found = findings;
        return this.judge(batch, head, findings);
      });
      this.head = judgement.head;
      this.note(found.versions); // what was on its way before may not have come to be
      this.note(judgement.versions);
      this.observe(judgement, started);
      ended?.(judgement);
      this.tell(batch, judgement);
    } catch (error) {
      ended?.(null, error);
      if (this.isFatal(error)) throw error;
      await this.isolate(writer, batch, error);
    }
  }

  /** One bad append must not take its neighbours along: halves until it stands alone. */
  private async isolate(
    writer: BatchWriter,
    batch: readonly Waiting[],
    error: unknown,
  ): Promise<void> {
    const [first, second] = batch;
    if (first !== undefined && second === undefined) {
      this.untold.delete(first);
      breakLineage(first.append);
      for (const { stream } of partsOf(first.append)) this.written.delete(stream);
      first.reject(error);
      return;
    }
    const middle = batch.length >> 1;
    await this.writeHolding(writer, batch.slice(0, middle));
    await this.writeHolding(writer, batch.slice(middle));
  }

  /** Judges a batch, and makes known to the batches behind it what did not come to be. */
  private judge(batch: readonly Waiting[], before: Head, findings: Findings): Judgement {
    const appends = batch.map(({ append }) => append);
    const judgement = judge(appends, before, findings, instantOf(Date.now()), this.written);
    judgement.outcomes.forEach(({ kind }, index) => {
      if (kind !== 'appended') breakLineage(appends[index] as Append);
    });
    return judgement;
  }

  private note(versions: ReadonlyMap<string, number>): void {
    for (const [stream, version] of versions) this.written.set(stream, version);
  }

  private tell(batch: readonly Waiting[], { outcomes }: Judgement): void {
    batch.forEach((one, index) => {
      this.untold.delete(one);
      one.resolve(outcomes[index] as Outcome);
    });
  }

  private beginSpan(batch: readonly Waiting[]): EndCommit | undefined {
    return this.spans?.begin(batch.map(({ append }) => append));
  }

  private observe({ events }: Judgement, started: number): void {
    this.observer.committed(events.length, (performance.now() - started) / 1000);
  }

  private knownHead(): Head {
    if (this.head === null) throw new LedgerUnavailable('the database is not reachable');
    return this.head;
  }

  private unavailable(cause: unknown): LedgerUnavailable {
    const reason = 'the database failed; whether this was recorded is not known';
    return new LedgerUnavailable(reason, { cause });
  }

  /** The connection is gone: what was on its way may or may not be recorded, and is told so. */
  private giveUp(error: unknown): void {
    const given = [...this.untold, ...this.waiting.takeAll()];
    this.untold.clear();
    this.flights = [];
    this.writer = null;
    this.head = null;
    this.caution = cautiousAfterRivalry; // others may commit before this is connected again
    this.unproven = 0;
    this.written.clear();
    for (const { reject } of given) reject(this.unavailable(error));
    this.lost(error);
  }
}
