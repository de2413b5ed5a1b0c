import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { rehearsalGate } from '../../commands/deployment/gate-rules';
import type { Measure } from '../../commands/deployment/measures';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';

const lastSql = `
select data ->> 'deploymentId' as "deploymentId", max(recorded_at) as at from ledger.events
where type in ('RehearsalStarted', 'RehearsalCompleted') and type = 'RehearsalCompleted'
group by 1`;

const daysSql = `extract(epoch from clock_timestamp() - last.at)::float8 / 86400`;

const ageSql = `select ${daysSql} as days from (${lastSql}) as last where last."deploymentId" = $1`;

/** Those that are asked for one ($1: the gate; $2: days where the plan says none), and pass for it by one that is too old. */
const overdueSql = `
select d.deployment_id as "deploymentId", d.stream_version as version, ${daysSql} as days
from (${lastSql}) as last join read.deployments d on d.deployment_id = last."deploymentId"
where d.status in ('draft', 'validating', 'awaiting_sign_off', 'go', 'no_go')
  and exists (select from json_array_elements(d.checks) c
    where c ->> 'gate' = $1 and c ->> 'outcome' = 'successful')
  and ${daysSql} >= coalesce((select (g ->> 'threshold')::float8 from json_array_elements(d.gates) g
    where g ->> 'gate' = $1), $2)`;

interface Age {
  readonly deploymentId: string;
  readonly days: number;
}

interface Overdue extends Age {
  /** Of the deployment's stream, as far as the read model knows it. */
  readonly version: number;
}

const evidence = 'days since its rollback was last rehearsed';

const rounded = (days: number): number => Math.round(days * 100) / 100;

/** It ended or changed meanwhile. */
const moot = ['deployment-ended', 'stream-unknown', 'version-mismatch'];

/** How long ago rollbacks were rehearsed, as the ledger has it. */
@Injectable()
export class RehearsalAges {
  private lookedAt = -Infinity;

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly intake: CommandIntake,
  ) {}

  /** Nothing where none is recorded: then what somebody said of the gate stands. */
  async measuresOf(deploymentId: string): Promise<readonly Measure[]> {
    const [age] = await this.database.query<Age[]>(ageSql, [deploymentId]);
    if (age === undefined) return [];
    const { gate } = rehearsalGate;
    return [{ gate, measured: rounded(age.days), sample: 1, evidence }];
  }

  /** Now and then: takes the check back of each that is too old for what its plan asks for. */
  async see(): Promise<void> {
    if (performance.now() - this.lookedAt < this.settings.sweepSeconds * 1_000) return;
    this.lookedAt = performance.now();
    const { gate, threshold } = rehearsalGate;
    const overdue = await this.database.query<Overdue[]>(overdueSql, [gate, threshold]);
    for (const { deploymentId, days, version } of overdue) {
      const body = { deploymentId, gate, outcome: 'failed', measured: rounded(days), evidence };
      await this.record(body, version);
    }
  }

  /** On what was seen: a read model that is behind would have it recorded with every look. */
  private async record(body: object, version: number): Promise<void> {
    const caller = { name: 'rollbacker', role: 'operator' } as const;
    const issued = { caller, correlationId: 'rehearsal-age', ifMatch: version };
    await issueOwn(this.intake, { name: 'record-check', body, ...issued }, moot);
  }
}
