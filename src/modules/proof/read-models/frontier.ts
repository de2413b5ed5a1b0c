import { partitionOf } from '../../projector/partition';

/** Up to where a generation has applied the events of each partition. */
export class Frontier {
  readonly least: bigint;
  readonly most: bigint;

  /** @param checkpoints by partition */
  constructor(private readonly checkpoints: readonly bigint[]) {
    this.least = checkpoints.reduce((low, at) => (at < low ? at : low), checkpoints[0] ?? 0n);
    this.most = checkpoints.reduce((high, at) => (at > high ? at : high), 0n);
  }

  /** Whether an event is in the rows. */
  covers({ position, stream }: { readonly position: bigint; readonly stream: string }): boolean {
    if (position <= this.least) return true;
    if (position > this.most) return false;
    return position <= (this.checkpoints[partitionOf(stream, this.checkpoints.length)] ?? 0n);
  }
}
