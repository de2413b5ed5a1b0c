import { Injectable } from '@nestjs/common';
import { Companions } from '../command-bus/companions';
import type { Fields } from '../command-bus/companions';
import type { Accepted } from '../command-bus/issued-command';
import { Generations } from '../projector/generations';
import { Positions } from '../projector/positions';
import { ReadModels } from '../reading/rows/read-models';
import { ParkedStreams } from './parked-streams';

/** How long a word waits for the projection to see what there is, and then what came of it. */
const patienceMilliseconds = 2_000;

/** What goes with the words about parked events: what is parked, and what came of it. */
@Injectable()
export class ParkingCompanions {
  constructor(
    private readonly streams: ParkedStreams,
    private readonly models: ReadModels,
    private readonly positions: Positions,
    private readonly generations: Generations,
    companions: Companions,
  ) {
    for (const name of ['retry-parked', 'skip-parked']) {
      companions.register(name, {
        issue: async (data, issue) => {
          const { projection, stream } = this.named(data);
          // What was recorded before may be parked by now.
          await this.positions.reaches(
            projection,
            await this.generations.end(),
            patienceMilliseconds,
          );
          return issue({ unapplied: await this.streams.unapplied(projection, stream) });
        },
        outcome: (accepted, data) => this.outcome(accepted, data),
      });
    }
  }

  /** @throws Problem 404 for a projection that is not there. */
  private named(data: Fields): { readonly projection: string; readonly stream: string } {
    const { projection, stream } = data as { readonly projection: string; readonly stream: string };
    this.models.named(projection);
    return { projection, stream };
  }

  private async outcome({ position }: Accepted, data: Fields): Promise<Partial<Accepted>> {
    const { projection, stream } = this.named(data);
    const isDone = await this.positions.reaches(projection, BigInt(position), patienceMilliseconds);
    if (!isDone) return {};
    return { effects: { parkedEvents: await this.streams.waiting(projection, stream) } };
  }
}
