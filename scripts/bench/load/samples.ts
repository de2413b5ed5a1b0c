/** What one drive saw. Times in milliseconds. */
export interface Drive {
  /** Answers within the measured time. */
  readonly count: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  /** Answers since the start, the warm-up included: what the ledger must have recorded. */
  readonly accepted: number;
  /** Share of one core that the driver itself took. */
  readonly driverCpu: number;
}

/** The `q` quantile of sorted values by nearest rank. */
const quantile = (sorted: Float64Array, q: number): number =>
  sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;

/** Gathers times and tells their percentiles: every one is kept, none is rounded into a bucket. */
export class Samples {
  private values = new Float64Array(1 << 16);
  private count = 0;

  add(value: number): void {
    if (this.count === this.values.length) {
      const wider = new Float64Array(this.count * 2);
      wider.set(this.values);
      this.values = wider;
    }
    this.values[this.count] = value;
    this.count += 1;
  }

  summary(seconds: number): Pick<Drive, 'count' | 'perSecond' | 'p50' | 'p99' | 'p999' | 'max'> {
    const sorted = this.values.slice(0, this.count).sort();
    return {
      count: this.count,
      perSecond: this.count / seconds,
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      p999: quantile(sorted, 0.999),
      max: quantile(sorted, 1),
    };
  }
}

/** Measures the share of one core that this process takes between two calls. */
export const cpuShare = (): (() => number) => {
  const before = process.cpuUsage();
  const started = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / (performance.now() - started);
  };
};
