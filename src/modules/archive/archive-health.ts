import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { Check } from '../health/check';
import { HealthRegistry } from '../health/health-registry';
import { ArchiveDamaged, fileFault, readManifest } from './archive-manifest';
import { RecordedArchives } from './recorded-archives';

/** Files are looked at this often at most: they may lie on a disk far away. */
const lookMilliseconds = 60_000;

/**
 * Whether the files of every archive are there: the manifest is the recorded one, and each file has its size.
 * What is in them is for the proof of archives to find.
 */
@Injectable()
export class ArchiveHealth {
  private seen: { readonly check: Check; readonly at: number } | null = null;

  constructor(
    registry: HealthRegistry,
    private readonly archives: RecordedArchives,
  ) {
    registry.add('flow', 'archives', () => this.look());
  }

  private async look(): Promise<Check> {
    if (this.seen === null || performance.now() - this.seen.at > lookMilliseconds) {
      this.seen = { check: await this.check(), at: performance.now() };
    }
    return this.seen.check;
  }

  private async check(): Promise<Check> {
    try {
      for (const { folder, made } of await this.archives.made()) {
        const { manifest } = await readManifest(folder, made.manifestHash);
        for (const { name, bytes } of manifest.files) await checkSize(join(folder, name), bytes);
      }
      return { status: 'healthy' };
    } catch (error) {
      if (!(error instanceof ArchiveDamaged)) throw error;
      return { status: 'degraded', detail: `${error.message}: export it again` };
    }
  }
}

const checkSize = async (path: string, bytes: number): Promise<void> => {
  const { size } = await stat(path).catch((error: unknown) => {
    throw fileFault(path, error);
  });
  if (size !== bytes) throw new ArchiveDamaged(path, `has ${size} bytes of ${bytes}`);
};
