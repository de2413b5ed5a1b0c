import type { ParkingLot } from '../../../projections/parking-lot';

/** Events that a pass keeps parked, at most: they stay in memory to its end, beside what rows may take. */
const mostParked = 1_000_000;

/** Projections cannot apply so much that their code is to be mended first. It does not help to try again. */
class TooManyParked extends Error {
  readonly code = 'TOO_MANY_PARKED';
}

/** Ends a pass that can apply hardly anything. */
export class ParkedBound {
  constructor(
    private readonly lots: readonly ParkingLot[],
    private readonly most = mostParked,
  ) {}

  /** @throws TooManyParked past the bound. */
  check(): void {
    const all = this.lots.reduce((sum, { waits }) => sum + waits, 0);
    if (all <= this.most) return;
    const worst = this.lots.reduce((one, other) => (other.waits > one.waits ? other : one));
    const { name } = worst.projection;
    const first = worst.firstParked;
    throw new TooManyParked(
      `more than ${String(this.most)} events cannot be applied, ${String(worst.waits)} of them to ${name}, ` +
        `such as ${String(first?.position)} of ${first?.stream ?? ''}: ${first?.cause ?? ''}`,
    );
  }
}
