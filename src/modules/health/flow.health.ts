import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { DecisionContext } from '../../commands';
import { DECISION_CONTEXT } from '../command-bus/decision-context';
import { endedSql } from '../reading/ended-executions';
import type { Ended } from '../reading/ended-executions';
import type { Check } from './check';
import { HealthRegistry } from './health-registry';

/** A higher share of failures among the executions that ended is worth telling. */
const toleratedErrorRate = 0.05;

const recentMilliseconds = 3_600_000;

/** Executions under way by flows that are none of $1 (text[]). */
const strandedSql = `
select flow, count(*)::integer as executions from read.execution_status
where status in ('queued', 'running', 'waiting', 'paused') and flow <> all ($1::text[])
group by flow order by flow`;

interface Stranded {
  readonly flow: string;
  readonly executions: number;
}

/** Of the executions that ended within the last hour, those that failed or timed out. */
export const errorRateCheck = ({ ended, failed }: Ended): Check => {
  if (failed <= ended * toleratedErrorRate) return { status: 'healthy' };
  const share = ((100 * failed) / ended).toFixed(1);
  return {
    status: 'degraded',
    detail: `${failed} of ${ended} executions that ended in the last hour failed or timed out (${share} %)`,
  };
};

/** Whether every execution under way has its flow: no stage of one without can be reported. */
export const flowsCheck = (stranded: readonly Stranded[]): Check => {
  if (stranded.length === 0) return { status: 'healthy' };
  const each = stranded.map(({ flow, executions }) => `${flow} (${executions})`);
  return {
    status: 'degraded',
    detail: `executions are under way by flows that are not configured here: ${each.join(', ')}`,
  };
};

/** How the flows are, besides their read models. */
@Injectable()
export class FlowHealth {
  constructor(
    registry: HealthRegistry,
    @Inject(DECISION_CONTEXT) private readonly context: DecisionContext,
    @InjectDataSource() private readonly database: DataSource,
  ) {
    registry.add('flow', 'flows', () => this.flows());
    registry.add('flow', 'error-rate', () => this.errorRate());
  }

  private async flows(): Promise<Check> {
    const configured = [...this.context.flows.keys()];
    return flowsCheck(await this.database.query<Stranded[]>(strandedSql, [configured]));
  }

  private async errorRate(): Promise<Check> {
    const since = new Date(Date.now() - recentMilliseconds).toISOString();
    const [counts] = await this.database.query<[Ended]>(endedSql, [null, since]);
    return errorRateCheck(counts);
  }
}
