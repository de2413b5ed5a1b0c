import { Inject, Injectable } from '@nestjs/common';
import { withRollup } from '../../../projections/projection';
import type { Projection } from '../../../projections/projection';
import { DATABASE_URL } from '../../database/database.tokens';
import { Problem } from '../../http/problem';
import { Snapshot } from '../../database/snapshot';
import { tableOf } from '../../projector/table';
import { readingFault } from '../reading-database';

/** Each holds a connection of its own, and has the database join two tables in full. */
const diffsAtOnce = 4;

/** How long rows may take to be read: the view of the database that they are of is held as long. */
const longestMilliseconds = 600_000;

/** Two generations of a projection. */
export interface Sides {
  readonly before: string;
  readonly after: string;
}

// A side that is gone would be taken for an empty one; one that is there cannot go from now on.
const holdSql = (projection: Projection, { before, after }: Sides): string => {
  const tables = withRollup(projection).flatMap((one) =>
    [before, after].map((generation) => tableOf(generation, one)),
  );
  return `lock table ${tables.join(', ')} in access share mode`;
};

/** Both in one snapshot, until it is closed. */
export interface Held extends Sides {
  readonly snapshot: Snapshot;
  readonly close: () => Promise<void>;
}

/** Generations that are not fed, held against retention while they are compared. */
@Injectable()
export class HeldSides {
  private open = 0;

  constructor(@Inject(DATABASE_URL) private readonly url: string) {}

  /** @throws Problem 503 for one diff too many; what the database says of a side that is gone. */
  async hold(projection: Projection, sides: Sides, signal: AbortSignal): Promise<Held> {
    if (this.open >= diffsAtOnce) {
      const detail = `${diffsAtOnce} diffs are being made here already`;
      throw new Problem(503, 'too-many-diffs', detail, { retryAfterSeconds: 5 });
    }
    let snapshot: Snapshot | null = null;
    this.open += 1;
    const close = async (): Promise<void> => {
      this.open -= 1;
      await snapshot?.close();
    };
    try {
      const until = AbortSignal.any([signal, AbortSignal.timeout(longestMilliseconds)]);
      snapshot = await Snapshot.open(this.url, until);
      await snapshot.ask(holdSql(projection, sides));
      return { ...sides, snapshot, close };
    } catch (error) {
      await close();
      throw readingFault(error);
    }
  }
}
