import { Injectable } from '@nestjs/common';
import { nextStep } from '../../commands/rollback/rollback.state';
import { HealthService } from '../health/health.service';
import { RebuildProgressReader } from '../rebuild/rebuild-progress';
import { RebuildRecords } from '../rebuild/rebuild-records';
import type { Rollback } from './recorded-rollbacks';
import { rehearsalRebuildOf } from './rehearsal-rebuilds';

/** What a rollback waits for while read models are built: the one step that others carry out. */
@Injectable()
export class RollbackWaiting {
  constructor(
    private readonly records: RebuildRecords,
    private readonly rebuilds: RebuildProgressReader,
    private readonly health: HealthService,
  ) {}

  /** In a sentence; null where nothing is waited for. */
  async of(rollback: Rollback): Promise<string | null> {
    if (rollback.status !== 'running' || nextStep(rollback) !== 'restore-read-models') return null;
    const building = await Promise.all(
      (await this.rebuildsFor(rollback)).map((rebuildId) => this.told(rebuildId)),
    );
    if (building.length === 0) return null;
    return [...building, ...(await this.hindrances())].join('; ');
  }

  /** Those of a rollback are begun in its name, or in that of what is void since. */
  private async rebuildsFor({ rollbackId, isRehearsal }: Rollback): Promise<string[]> {
    const { open } = await this.records.open();
    const rehearsed = rehearsalRebuildOf(rollbackId);
    if (isRehearsal) return open.filter((id) => id === rehearsed);
    return open.filter((id) => id.startsWith('renewal.') || id.startsWith('rollback.'));
  }

  private async told(rebuildId: string): Promise<string> {
    const { step, fault } = await this.rebuilds.read(rebuildId);
    return `rebuild ${rebuildId} is at ${step}${fault === null ? '' : `: ${fault}`}`;
  }

  private async hindrances(): Promise<string[]> {
    const checks = Object.entries(await this.health.feeds());
    return checks.flatMap(([name, { status, detail = '' }]) =>
      status === 'healthy' ? [] : [`${name} is ${status}: ${detail}`],
    );
  }
}
