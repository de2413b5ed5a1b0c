import { Injectable } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { Measure } from '../../commands/deployment/measures';
import { LedgerReader } from '../ledger/ledger-reader';
import { endedSql } from '../reading/ended-executions';
import type { Ended } from '../reading/ended-executions';
import { ProjectionRows } from '../reading/rows/projection-queries';
import { ReadModels } from '../reading/rows/read-models';
import { LiveGenerations } from '../reading/rows/live-generation';
import { RehearsalAges } from './rehearsal-ages';

type Row = Readonly<Record<string, unknown>>;

const to = (decimals: number, value: number): number =>
  Math.round(value * 10 ** decimals) / 10 ** decimals;

/**
 * To two decimals: what comes next is no change of what was measured. To more where these would make it a
 * rounder number, such as a threshold of at most one, which it does not quite reach.
 */
export const rounded = (value: number): number => {
  for (let decimals = 2; decimals < 9; decimals += 1) {
    const near = to(decimals, value);
    if (near !== to(decimals - 1, near)) return near;
  }
  return to(9, value);
};
const percent = (part: number, whole: number): number | null =>
  whole === 0 ? null : rounded((100 * part) / whole);

export const passRateOf = (row: Row | undefined): Measure => {
  const passed = Number(row?.['passed'] ?? 0);
  const scored = Number(row?.['scored'] ?? 0);
  return {
    gate: 'editor-gate-pass-rate',
    measured: percent(passed, scored),
    sample: scored,
    evidence: `${String(passed)} of ${String(scored)} scorings may be published`,
  };
};

export const styleLatencyOf = (row: Row | undefined): Measure => {
  const queries = Number(row?.['queries'] ?? 0);
  const { p95 = null } = (row?.['latencyMs'] ?? {}) as { readonly p95?: number | null };
  return {
    gate: 'style-query-p95',
    measured: p95 === null ? null : rounded(p95),
    sample: queries,
    evidence: `p95 of ${String(queries)} style queries`,
  };
};

export const multiplierOf = (row: Row | undefined): Measure => {
  const calls = Number(row?.['calls'] ?? 0);
  const multiplier = (row?.['multiplier'] ?? null) as number | null;
  const measured = multiplier === null ? null : rounded(multiplier);
  return {
    gate: 'roi-multiplier',
    measured,
    sample: calls,
    evidence: `human cost by model cost of ${String(calls)} calls`,
  };
};

export const errorRateOf = ({ ended, failed }: Ended): Measure => ({
  gate: 'error-rate',
  measured: percent(failed, ended),
  sample: ended,
  evidence: `${String(failed)} of ${String(ended)} executions that ended failed or timed out`,
});

/**
 * What read models say of what was recorded under a deployment, once they have all that the ledger
 * has, and the ledger of when its rollback was rehearsed. How long reporting holds a flow up is seen by the flow alone: that gate is recorded by it.
 */
@Injectable()
export class DeploymentMeasures {
  constructor(
    private readonly bus: QueryBus,
    private readonly models: ReadModels,
    private readonly live: LiveGenerations,
    private readonly reader: LedgerReader,
    private readonly rehearsals: RehearsalAges,
    @InjectDataSource() private readonly database: DataSource,
  ) {}

  /** @throws Problem 503 where a read model does not get there in time. */
  async of(deploymentId: string): Promise<readonly Measure[]> {
    const end = await this.reader.end();
    const [gates, roi, style, ended] = await Promise.all([
      this.sums('quality-gates', deploymentId, end, { gate: 'editor' }),
      this.sums('roi-totals', deploymentId, end),
      this.sums('style-usage', deploymentId, end),
      this.ended(deploymentId, end),
    ]);
    const rehearsals = await this.rehearsals.measuresOf(deploymentId);
    const measures = [passRateOf(gates), styleLatencyOf(style), multiplierOf(roi)];
    return [...measures, errorRateOf(ended), ...rehearsals];
  }

  private async sums(
    name: string,
    deployment: string,
    end: bigint,
    filter: Readonly<Record<string, string>> = {},
  ): Promise<Row | undefined> {
    const query = { ...filter, deployment, groupBy: 'deployment', minPosition: String(end) };
    const { rows } = await this.bus.execute(new ProjectionRows(this.models.request(name, query)));
    return rows[0];
  }

  private async ended(deploymentId: string, end: bigint): Promise<Ended> {
    await this.live.await(this.models.named('execution-status'), end);
    const [counts] = await this.database.query<[Ended]>(endedSql, [deploymentId, null]);
    return counts;
  }
}
