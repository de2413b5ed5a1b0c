const outcomes = ['exported', 'dropped', 'failed'] as const;
export type SpanOutcome = (typeof outcomes)[number];

/** Behind the outcomes: whether the collector is away. */
const awayAt = outcomes.length;

/**
 * What became of the spans of this process, in memory that its threads share. `dropped`: there was no
 * room for them; `failed`: the collector did not take them.
 */
export class SpanCounts {
  private readonly counts: BigInt64Array;

  /** @param memory of the counts that another thread made; new ones by default. */
  constructor(
    readonly memory = new SharedArrayBuffer((awayAt + 1) * BigInt64Array.BYTES_PER_ELEMENT),
  ) {
    this.counts = new BigInt64Array(memory);
  }

  add(outcome: SpanOutcome, spans: number): void {
    Atomics.add(this.counts, outcomes.indexOf(outcome), BigInt(spans));
  }

  /** All of them, by outcome. */
  read(): Record<SpanOutcome, number> {
    const count = (outcome: SpanOutcome): number =>
      Number(Atomics.load(this.counts, outcomes.indexOf(outcome)));
    return { exported: count('exported'), dropped: count('dropped'), failed: count('failed') };
  }

  /** Notes whether the collector is away; true for the thread that is the first to see it change. */
  turned(away: boolean): boolean {
    const now = away ? 1n : 0n;
    return Atomics.exchange(this.counts, awayAt, now) !== now;
  }
}
