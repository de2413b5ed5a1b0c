import { Injectable } from '@nestjs/common';
import { TooLate } from '../pacing/patience';
import type { Area, Check } from './check';
import { within } from './patience';
import { SharedLook } from './shared-look';

type Look = () => Check | Promise<Check>;

interface Contribution {
  readonly area: Area;
  readonly name: string;
  readonly look: SharedLook<Check>;
}

/**
 * Checks of the areas of the pipeline. Whoever knows how a part is adds its check when it is made, so
 * that a new part is seen by `/health` without any change here.
 */
@Injectable()
export class HealthRegistry {
  private readonly contributions: Contribution[] = [];

  /**
   * `look` is asked whenever somebody asks for health, one look at a time. What it throws means that
   * the part does not serve.
   *
   * @throws Error for a name that is taken: names are told together at `/health`.
   */
  add(area: Area, name: string, look: Look): void {
    if (this.contributions.some((other) => other.name === name)) {
      throw new Error(`the health check ${name} is added twice`);
    }
    this.contributions.push({ area, name, look: new SharedLook(look) });
  }

  /** Every check of an area by its name, each within the time that health takes. */
  async look(area: Area): Promise<Record<string, Check>> {
    const own = this.contributions.filter((contribution) => contribution.area === area);
    return Object.fromEntries(await Promise.all(own.map(seen)));
  }
}

const seen = async ({ name, look }: Contribution): Promise<[string, Check]> => {
  try {
    return [name, await within(look.take())];
  } catch (error) {
    const status = error instanceof TooLate ? 'degraded' : 'unhealthy';
    return [name, { status, detail: `cannot be looked at: ${(error as Error).message}` }];
  }
};
