import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { TopicWatch } from '../kafka/topic-watch';
import { Ledger } from '../ledger/ledger.service';
import { Standings } from '../projector/standing';
import { RelayStatus } from '../relay/relay-status';
import {
  areas,
  clockCheck,
  isOfArea,
  projectionCheck,
  relayCheck,
  topicCheck,
  worst,
} from './check';
import type { Area, Check, Health, OverallHealth, Status } from './check';
import { HealthRegistry } from './health-registry';
import { LedgerClock } from './ledger-clock';
import { within } from './patience';
import { SharedLook } from './shared-look';

type Checks = Readonly<Record<string, Check>>;

const unreachable = (error: unknown): Check => ({
  status: 'unhealthy',
  detail: `the database does not answer: ${(error as Error).message}`,
});

const healthOf = (checks: Checks): Health => ({ status: worst(Object.values(checks)), checks });

const projectionPrefix = 'projection:';

/** How the parts of the system are, by name. Whatever is looked at is looked at side by side. */
@Injectable()
export class HealthService {
  private readonly answer: SharedLook<unknown>;
  private readonly relayed: SharedLook<Awaited<ReturnType<RelayStatus['read']>>>;
  private readonly timed: SharedLook<Awaited<ReturnType<LedgerClock['read']>>>;
  private readonly projected: SharedLook<Awaited<ReturnType<Standings['all']>>>;

  constructor(
    @InjectDataSource() database: DataSource,
    private readonly ledger: Ledger,
    standings: Standings,
    relay: RelayStatus,
    clock: LedgerClock,
    private readonly topic: TopicWatch,
    private readonly registry: HealthRegistry,
  ) {
    this.answer = new SharedLook(() => database.query('select 1'));
    this.relayed = new SharedLook(() => relay.read());
    this.timed = new SharedLook(() => clock.read());
    this.projected = new SharedLook(() => standings.all());
  }

  /** Whether requests can be served: the database answers and commands can be recorded. */
  async ready(): Promise<Health> {
    return healthOf(await this.readiness());
  }

  /** One area of the pipeline, with what it cannot do without. */
  async area(area: Area): Promise<Health> {
    const [needed, own, projections] = await Promise.all([
      this.readiness(),
      this.registry.look(area),
      this.projectionChecks(),
    ]);
    const parts = partsOf(area, own, projections);
    return healthOf({ ...needed, ...(parts ?? { [area]: absent }) });
  }

  /** What read models are fed by: the database, the ledger, and topic and relay where there are such. */
  async feeds(): Promise<Checks> {
    const [needed, relay] = await Promise.all([this.readiness(), this.relayChecks()]);
    return { ...needed, ...topicCheck(this.topic.state), ...relay };
  }

  async overall(): Promise<OverallHealth> {
    const [needed, clock, relay, projections, ...own] = await Promise.all([
      this.readiness(),
      this.clockCheck(),
      this.relayChecks(),
      this.projectionChecks(),
      ...areas.map((area) => this.registry.look(area)),
    ]);
    const checks = Object.assign(
      { ...needed, clock, ...topicCheck(this.topic.state), ...relay, ...projections },
      ...own,
    ) as Checks;
    const statuses = areas.flatMap((area, index): [Area, Status][] => {
      const parts = partsOf(area, own[index] ?? {}, projections);
      return parts === null ? [] : [[area, healthOf({ ...needed, ...parts }).status]];
    });
    return { ...healthOf(checks), areas: Object.fromEntries(statuses) };
  }

  private async readiness(): Promise<Checks> {
    return { database: await this.databaseCheck(), ledger: this.ledgerCheck() };
  }

  private async databaseCheck(): Promise<Check> {
    try {
      await within(this.answer.take());
      return { status: 'healthy' };
    } catch (error) {
      return unreachable(error);
    }
  }

  private ledgerCheck(): Check {
    const { isConnected, refusal } = this.ledger;
    // Whoever reads is still served: were it not ready, no command would come to show that it is over.
    if (refusal !== null)
      return { status: 'degraded', detail: `the last commands were not recorded: ${refusal}` };
    if (isConnected) return { status: 'healthy' };
    return {
      status: 'unhealthy',
      detail: 'commands cannot be recorded until the database is back',
    };
  }

  private async clockCheck(): Promise<Check> {
    try {
      return clockCheck(await within(this.timed.take()));
    } catch (error) {
      return unreachable(error);
    }
  }

  /** None where there is no Kafka. */
  private async relayChecks(): Promise<Checks> {
    try {
      const standing = await within(this.relayed.take());
      return standing === null ? {} : { relay: relayCheck(standing) };
    } catch (error) {
      return { relay: unreachable(error) };
    }
  }

  private async projectionChecks(): Promise<Checks> {
    try {
      const standings = await within(this.projected.take());
      return Object.fromEntries(
        standings.map((standing) => [
          projectionPrefix + standing.projection,
          projectionCheck(standing),
        ]),
      );
    } catch (error) {
      return { projections: unreachable(error) };
    }
  }
}

const absent: Check = { status: 'unhealthy', detail: 'no part of this server serves it' };

/** The checks that are an area's own; null where this server has none. */
const partsOf = (area: Area, own: Checks, projections: Checks): Checks | null => {
  const parts = Object.entries(projections).filter(([name]) =>
    isOfArea(area, name.slice(projectionPrefix.length)),
  );
  const all = { ...own, ...Object.fromEntries(parts) };
  return Object.keys(all).length === 0 ? null : all;
};
