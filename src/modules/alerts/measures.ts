import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { Measure } from '../../commands/deployment/measures';
import type { AlertMeasure } from '../../events/alert.events';
import {
  errorRateOf,
  multiplierOf,
  passRateOf,
  styleLatencyOf,
} from '../deployment/deployment-measures';
import type { LiveDeployment } from '../deployment/live-deployments';
import { endedSql } from '../reading/ended-executions';
import type { Ended } from '../reading/ended-executions';
import { ReadingDatabase } from '../reading/reading-database';
import type { Ask } from '../database/ask';
import { LiveGenerations } from '../reading/rows/live-generation';
import { ProjectionRows } from '../reading/rows/projection-queries';
import { ReadModels } from '../reading/rows/read-models';
import { medianSql, slowdownOf } from './execution-figures';
import type { Median } from './execution-figures';

/** What a measure came to. */
export interface Measured {
  readonly value: number | null;
  readonly samples: number;
  readonly evidence: string;
  readonly readPosition: string;
}

const measuredAt = (
  readPosition: string,
  { measured, sample, evidence }: Omit<Measure, 'gate'>,
): Measured => ({ value: measured, samples: sample, evidence, readPosition });

/**
 * What read models say of a live deployment, as far as they are: nothing is waited for, and what
 * they say comes with their position. A look from a day on sees that day and those behind it.
 */
@Injectable()
export class AlertMeasures {
  constructor(
    private readonly bus: QueryBus,
    private readonly models: ReadModels,
    private readonly live: LiveGenerations,
    private readonly reading: ReadingDatabase,
  ) {}

  /** @throws Problem 503 where the read model is not to be had. */
  async of(measure: AlertMeasure, live: LiveDeployment, since: string | null): Promise<Measured> {
    const { deploymentId } = live;
    switch (measure) {
      case 'editor-gate-pass-rate':
        return this.sums('quality-gates', deploymentId, since, passRateOf, { gate: 'editor' });
      case 'roi-multiplier':
        return this.sums('roi-totals', deploymentId, since, multiplierOf);
      case 'style-query-p95':
        return this.sums('style-usage', deploymentId, since, styleLatencyOf);
      case 'error-rate':
        return this.errorRate(deploymentId, since);
      case 'execution-slowdown':
        return this.slowdown(live, since);
    }
  }

  private async sums(
    name: string,
    deployment: string,
    since: string | null,
    measureOf: typeof passRateOf,
    filter: Readonly<Record<string, string>> = {},
  ): Promise<Measured> {
    const from = since === null ? {} : { from: since };
    const query = { ...filter, ...from, deployment, groupBy: 'deployment' };
    const answer = await this.bus.execute(new ProjectionRows(this.models.request(name, query)));
    return measuredAt(answer.position, measureOf(answer.rows[0]));
  }

  private async errorRate(deploymentId: string, since: string | null): Promise<Measured> {
    return this.executions(async (ask) => {
      const [ended] = await ask<Ended>(endedSql, [deploymentId, since]);
      return errorRateOf(ended ?? { ended: 0, failed: 0 });
    });
  }

  private async slowdown(live: LiveDeployment, since: string | null): Promise<Measured> {
    return this.executions(async (ask) => {
      const [own] = await ask<Median>(medianSql, [live.deploymentId, since]);
      const [former] = await ask<Median>(medianSql, [live.predecessor, null]);
      return slowdownOf(own, former, live);
    });
  }

  /** What executions come to, with their position, from one snapshot. */
  private executions(look: (ask: Ask) => Promise<Omit<Measure, 'gate'>>): Promise<Measured> {
    return this.reading.snapshot(async (ask) => {
      const model = this.models.named('execution-status');
      const { position } = await this.live.within(ask, model, null);
      return measuredAt(position, await look(ask));
    });
  }
}
