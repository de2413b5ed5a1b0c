import { usdOf } from '../../events/money';
import type { Repriced, RepricedCall } from '../../commands/repricing/reprice';

const listedAtMost = 1_000;

const difference = (calls: readonly RepricedCall[], of: 'previousNanoUsd' | 'nanoUsd'): bigint =>
  calls.reduce((sum, call) => sum + BigInt(call[of] ?? 0), 0n);

interface ModelTally {
  calls: number;
  previousNanoUsd: bigint;
  repricedNanoUsd: bigint;
}

/** What a repricing comes to over many executions, in bounded memory. */
export class Tally {
  private executions = 0;
  private calls = 0;
  private reported = 0;
  private unpriced = 0;
  private changed = 0;
  private previousNanoUsd = 0n;
  private repricedNanoUsd = 0n;
  private readonly models = new Map<string, ModelTally>();
  private readonly listed: object[] = [];

  add(executionId: string, { calls, reported, unpriced, changed, done }: Repriced): void {
    if (calls === 0) return;
    this.executions += 1;
    this.calls += calls;
    this.reported += reported;
    this.unpriced += unpriced;
    const all = [...done, ...changed];
    this.changed += all.length;
    this.previousNanoUsd += difference(all, 'previousNanoUsd');
    this.repricedNanoUsd += difference(all, 'nanoUsd');
    for (const call of all) this.count(executionId, call);
  }

  private count(executionId: string, call: RepricedCall): void {
    const { model, previousNanoUsd, nanoUsd } = call;
    const nothing = { calls: 0, previousNanoUsd: 0n, repricedNanoUsd: 0n };
    const tally = this.models.get(model) ?? nothing;
    this.models.set(model, {
      calls: tally.calls + 1,
      previousNanoUsd: tally.previousNanoUsd + BigInt(previousNanoUsd ?? 0),
      repricedNanoUsd: tally.repricedNanoUsd + BigInt(nanoUsd),
    });
    if (this.listed.length < listedAtMost) this.listed.push({ executionId, ...call });
  }

  /** The figures as `complete-repricing` takes them. */
  figures() {
    const { executions, calls, changed, reported, unpriced } = this;
    return {
      executions,
      calls,
      changed,
      reported,
      unpriced,
      previousNanoUsd: String(this.previousNanoUsd),
      repricedNanoUsd: String(this.repricedNanoUsd),
    };
  }

  /** The figures, by how much the cost changes, and by which models. */
  summary() {
    const changes = this.repricedNanoUsd - this.previousNanoUsd;
    return {
      ...this.figures(),
      differenceNanoUsd: String(changes),
      differenceUsd: usdOf(changes),
      models: [...this.models].map(([model, tally]) => ({
        model,
        calls: tally.calls,
        previousNanoUsd: String(tally.previousNanoUsd),
        repricedNanoUsd: String(tally.repricedNanoUsd),
      })),
    };
  }

  /** The calls that change, the first of them where they are very many. */
  list() {
    return { listed: this.listed, isListWhole: this.changed === this.listed.length };
  }
}
