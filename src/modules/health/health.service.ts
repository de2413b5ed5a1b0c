import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { TopicWatch } from '../kafka/topic-watch';
import { Ledger } from '../ledger/ledger.service';
import { Standings } from '../projector/standing';
import { RelayStatus } from '../relay/relay-status';
import { projectionCheck, relayCheck, topicCheck, worst } from './check';
import type { Check, Health } from './check';

/** A database that does not answer within this time counts as away. */
const patienceMilliseconds = 2_000;

const unreachable = (error: unknown): Check => ({
  status: 'unhealthy',
  detail: `the database does not answer: ${(error as Error).message}`,
});

const within = <T>(work: Promise<T>, milliseconds: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(milliseconds)} ms`));
    }, milliseconds);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
};

/** How the parts of the system are, by name. */
@Injectable()
export class HealthService {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    private readonly ledger: Ledger,
    private readonly standings: Standings,
    private readonly relay: RelayStatus,
    private readonly topic: TopicWatch,
  ) {}

  /** Whether requests can be served: the database answers and commands can be recorded. */
  async ready(): Promise<Health> {
    const checks = { database: await this.databaseCheck(), ledger: this.ledgerCheck() };
    return { status: worst(Object.values(checks)), checks };
  }

  async overall(): Promise<Health> {
    const { checks } = await this.ready();
    const all = {
      ...checks,
      ...topicCheck(this.topic.state),
      ...(await this.relayChecks()),
      ...(await this.projectionChecks()),
    };
    return { status: worst(Object.values(all)), checks: all };
  }

  private async databaseCheck(): Promise<Check> {
    try {
      await within(this.database.query('select 1'), patienceMilliseconds);
      return { status: 'healthy' };
    } catch (error) {
      return unreachable(error);
    }
  }

  private ledgerCheck(): Check {
    if (this.ledger.isConnected) return { status: 'healthy' };
    return {
      status: 'unhealthy',
      detail: 'commands cannot be recorded until the database is back',
    };
  }

  /** None where there is no Kafka. */
  private async relayChecks(): Promise<Record<string, Check>> {
    try {
      const standing = await within(this.relay.read(), patienceMilliseconds);
      return standing === null ? {} : { relay: relayCheck(standing) };
    } catch (error) {
      return { relay: unreachable(error) };
    }
  }

  private async projectionChecks(): Promise<Record<string, Check>> {
    try {
      const standings = await within(this.standings.all(), patienceMilliseconds);
      return Object.fromEntries(
        standings.map((standing) => [
          `projection:${standing.projection}`,
          projectionCheck(standing),
        ]),
      );
    } catch (error) {
      return { projections: unreachable(error) };
    }
  }
}
