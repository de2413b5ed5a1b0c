import { Injectable } from '@nestjs/common';
import { nextStep } from '../../commands/rollback/rollback.state';
import type { RollbackStep } from '../../events/rollback.events';
import { HealthService } from '../health/health.service';
import { RebuildProgressReader } from '../rebuild/rebuild-progress';
import { RebuildRecords } from '../rebuild/rebuild-records';
import type { Rollback } from './recorded-rollbacks';
import { RehearsalRebuilds } from './rehearsal-rebuilds';
import { RollbackTroubles } from './rollback-troubles';

/** Steps that need what read models are fed by; the others need no more than the database. */
const fed: ReadonlySet<string> = new Set(['restore-read-models', 'verify-health']);

/** What a rollback waits for: read models that are built, and what is away, or in the way. */
@Injectable()
export class RollbackWaiting {
  constructor(
    private readonly records: RebuildRecords,
    private readonly rebuilds: RebuildProgressReader,
    private readonly health: HealthService,
    private readonly troubles: RollbackTroubles,
    private readonly rehearsals: RehearsalRebuilds,
  ) {}

  /** In a sentence; null where nothing is waited for. */
  async of(rollback: Rollback): Promise<string | null> {
    const step = nextStep(rollback);
    if (rollback.status !== 'running' || step === null) return null;
    const rebuildIds = step === 'restore-read-models' ? await this.rebuildsFor(rollback) : [];
    const trouble = this.troubles.of(rollback.rollbackId);
    const told = [
      ...(await Promise.all(rebuildIds.map((rebuildId) => this.told(rebuildId)))),
      ...(trouble === null ? [] : [trouble]),
      ...(await this.hindrances(step)),
    ];
    return told.length === 0 ? null : told.join('; ');
  }

  /** Those of a rollback are begun in its name, or in that of what is void since. */
  private async rebuildsFor({ rollbackId, isRehearsal }: Rollback): Promise<string[]> {
    const { open } = await this.records.open();
    if (isRehearsal) {
      const rehearsed = await this.rehearsals.idOf(rollbackId);
      return open.filter((id) => id === rehearsed);
    }
    return open.filter((id) => id.startsWith('renewal.') || id.startsWith('rollback.'));
  }

  private async told(rebuildId: string): Promise<string> {
    const { step, fault } = await this.rebuilds.read(rebuildId);
    return `rebuild ${rebuildId} is at ${step}${fault === null ? '' : `: ${fault}`}`;
  }

  private async hindrances(step: RollbackStep): Promise<string[]> {
    const checks = Object.entries(await this.health.feeds());
    return checks.flatMap(([name, { status, detail = '' }]) =>
      status === 'unhealthy' || (status === 'degraded' && fed.has(step))
        ? [`${name} is ${status}: ${detail}`]
        : [],
    );
  }
}
