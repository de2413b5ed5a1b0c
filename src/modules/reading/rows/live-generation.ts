import { Inject, Injectable } from '@nestjs/common';
import type { Projection } from '../../../projections/projection';
import { SETTINGS } from '../../config/settings.token';
import type { Settings } from '../../config/settings';
import { Problem } from '../../http/problem';
import { positionsWhereSql } from '../../projector/generation.sql';
import { Positions } from '../../projector/positions';
import type { Ask } from '../../database/ask';

const patienceMilliseconds = 5_000;

const liveSql = `
select p.id, p.version, p.position::text as position
from (${positionsWhereSql(`g.state = 'live' and g.projection = $2`)}) as p`;

/** The copy of a projection that answers, as of one snapshot. */
export interface LiveGeneration {
  /** Also the schema of its table. */
  readonly id: string;
  readonly version: number;
  /** Everything up to here is in its rows. */
  readonly position: string;
  /** Of a past moment: names the history up to there. */
  readonly ledgerHash?: string;
}

/** What every answer tells of the copy that it is of. */
export interface GenerationAnswer {
  readonly projection: string;
  readonly version: number;
  readonly position: string;
  readonly ledgerHash?: string;
}

export const answerOf = (
  { name }: Pick<Projection, 'name'>,
  { version, position, ledgerHash }: LiveGeneration,
): GenerationAnswer => ({
  projection: name,
  version,
  position,
  ...(ledgerHash === undefined ? {} : { ledgerHash }),
});

const notReached = ({ name }: Projection, position: bigint): Problem =>
  new Problem(
    503,
    'position-not-reached',
    `${name} has not reached position ${position} within ${patienceMilliseconds / 1000} s`,
    { retryAfterSeconds: 1 },
  );

const notLive = ({ name, version }: Projection): Problem =>
  new Problem(503, 'version-not-live', `version ${version} of ${name} is still being built`, {
    retryAfterSeconds: 5,
  });

/** Finds which generation answers for a projection, and waits for it where a position is asked for. */
@Injectable()
export class LiveGenerations {
  constructor(
    private readonly positions: Positions,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem 503 if `projection` is not at `minPosition` in time. */
  async await(projection: Projection, minPosition: bigint | null): Promise<void> {
    if (minPosition === null) return;
    const { name } = projection;
    const reached = await this.positions.reaches(name, minPosition, patienceMilliseconds);
    if (!reached) throw notReached(projection, minPosition);
  }

  /**
   * The live generation within a snapshot. Its table is read under its own name, never through the
   * view in `read`: a cutover in between cannot mix two generations.
   *
   * @throws Problem 503 for a live version whose table this code does not know, and for a generation
   * that went live meanwhile and is not at `minPosition`.
   */
  async within(
    ask: Ask,
    projection: Projection,
    minPosition: bigint | null,
  ): Promise<LiveGeneration> {
    const topic = this.settings.kafka?.topic ?? null;
    const [live] = await ask<LiveGeneration>(liveSql, [topic, projection.name]);
    if (live?.version !== projection.version) throw notLive(projection);
    if (minPosition !== null && BigInt(live.position) < minPosition) {
      throw notReached(projection, minPosition);
    }
    return live;
  }
}
