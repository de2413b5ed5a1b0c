import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { KeyName } from '../../events/sealed-value';
import type { Settings } from '../config/settings';
import { SETTINGS } from '../config/settings.token';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { HealthRegistry } from '../health/health-registry';
import type { Check } from '../health/check';
import { Metrics } from '../metrics/metrics';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import { KeyTable } from './key-table';
import { MasterKeys } from './master-keys';
import { MASTER_KEYS } from './master-keys.token';
import { damageText, damagedOf, rewrapAll } from './rewrapping';

/** Whoever forgets somebody destroys the key at once: this is for those who died before they could. */
const roundMilliseconds = 10_000;

/**
 * What is wrong with keys, for a person: how many are still to be destroyed, which master keys are missed, and
 * which keys are damaged.
 */
export const keysCheck = (
  due: number,
  missed: readonly string[],
  damaged: readonly KeyName[],
): Check => {
  const damage = damageText(damaged);
  const faults = [
    ...(due > 0 ? [`${due} keys of persons who are forgotten are still to be destroyed`] : []),
    ...(missed.length > 0
      ? [`keys are wrapped by master keys that this server does not have: ${missed.join(', ')}`]
      : []),
    ...(damage === null ? [] : [damage]),
  ];
  return faults.length === 0
    ? { status: 'healthy' }
    : { status: 'degraded', detail: faults.join('; ') };
};

/**
 * Sees, in one process at a time, that keys are destroyed whose persons the ledger says are forgotten, and
 * that all others are wrapped by the first master key.
 *
 *   forgotten (a fact) -> unreadable, by that fact -> destroyed, repeated until it is done
 */
@Injectable()
export class KeyKeeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(KeyKeeper.name);
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`keys will be looked at again: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();
  /** As it was told last. */
  private damage: string | null = null;

  constructor(
    private readonly table: KeyTable,
    @Inject(MASTER_KEYS) private readonly masters: MasterKeys,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly metrics: Metrics,
    registry: HealthRegistry,
  ) {
    registry.add('flow', 'personal-keys', async () => {
      const used = await table.masters();
      return keysCheck(
        await table.due(),
        used.filter((id) => !masters.ids.includes(id)),
        await damagedOf(table, masters),
      );
    });
  }

  onApplicationBootstrap(): void {
    if (!this.settings.parts.has('sweeper')) return;
    this.resign = standFor(this.url, offices.keys, (signal) => this.keepUntil(signal));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async keepUntil(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.metrics.round('keys', () => this.keep(signal));
        this.trouble.over();
      } catch (error) {
        this.trouble.met(error);
      }
      await pause(roundMilliseconds, signal);
    }
  }

  private async keep(signal: AbortSignal): Promise<void> {
    const keys = await this.table.destroyForgotten();
    if (keys > 0) this.logger.log(`${keys} keys of persons who are forgotten are destroyed`);
    await this.rewrap(signal);
  }

  private async rewrap(signal: AbortSignal): Promise<void> {
    const { keys, damaged } = await rewrapAll(this.table, this.masters, signal);
    if (keys > 0) this.logger.log(`${keys} keys are wrapped by the first master key`);
    const damage = damageText(damaged);
    if (damage !== null && damage !== this.damage) this.logger.error(damage);
    this.damage = damage;
  }
}
