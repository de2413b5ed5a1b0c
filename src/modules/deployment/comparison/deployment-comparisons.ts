import { Injectable } from '@nestjs/common';
import { isPlanned } from '../../../commands/rollback/planned';
import { Problem } from '../../http/problem';
import { LevelReader } from '../../reading/rows/level-reader';
import type { LevelModels } from '../../reading/rows/level-reader';
import type { RowsRequest } from '../../reading/rows/row-request';
import { comparedOf, isKnown } from './compared';
import type { Course, Facts, Published } from './compared';
import type { Comparison } from './comparison.schemas';
import { coursesSql, publishedSql, statusesSql } from './comparison.sql';

type Row = Readonly<Record<string, unknown>>;
type Of<T> = T & { readonly deployment: string };

const models = [
  'deployments',
  'execution-status',
  'roi-totals',
  'roi-executions',
  'quality-gates',
  'style-usage',
];

const unknown = (deploymentId: string): Problem =>
  new Problem(
    404,
    'deployment-unknown',
    `nothing was planned or recorded as deployment ${deploymentId}`,
  );

/** Reads what the read models have of two deployments, all of them at one position. */
@Injectable()
export class DeploymentComparisons {
  constructor(private readonly reader: LevelReader) {}

  /** @throws Problem 404 for a deployment of which there is nothing. */
  of(
    pair: readonly [string, string],
    moment: Pick<RowsRequest, 'minPosition' | 'asOf'>,
  ): Promise<Comparison> {
    return this.reader.within(models, moment, async (level) => {
      const factsOf = await facts(level, pair);
      for (const one of pair) {
        if (isPlanned(one) && !isKnown(factsOf(one))) throw unknown(one);
      }
      return {
        position: level.position,
        deployments: pair.map((one) => comparedOf(one, factsOf(one))),
      };
    });
  }
}

const facts = async (
  level: LevelModels,
  pair: readonly [string, string],
): Promise<(deploymentId: string) => Facts> => {
  const sums = (name: string, filter: Readonly<Record<string, string>> = {}): Promise<Row[]> =>
    level.rows(name, { ...filter, deployment: pair.join(','), groupBy: 'deployment' }, pair.length);
  const named = [[...pair]];
  const [plans, roi, style, gates, statuses, courses, published] = await Promise.all([
    level.rows('deployments', { deploymentId: pair.join(',') }, pair.length),
    sums('roi-totals'),
    sums('style-usage'),
    sums('quality-gates', { gate: 'editor' }),
    level.ask<Of<{ readonly status: string; readonly count: number }>>(
      'execution-status',
      statusesSql,
      named,
    ),
    level.ask<Of<Course>>('execution-status', coursesSql, named),
    level.ask<Of<Published>>('roi-executions', publishedSql, named),
  ]);
  return (deploymentId) => {
    const isIts = ({ deployment }: { readonly deployment?: unknown }): boolean =>
      deployment === deploymentId;
    return {
      plan: plans.find((row) => row['deploymentId'] === deploymentId),
      roi: roi.find(isIts),
      style: style.find(isIts),
      gate: gates.find(isIts),
      byStatus: Object.fromEntries(
        statuses.filter(isIts).map(({ status, count }) => [status, count]),
      ),
      course: courses.find(isIts),
      published: published.find(isIts),
    };
  };
};
