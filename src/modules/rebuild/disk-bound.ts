import { Hopeless } from './hopeless';
import type { Ask } from '../database/ask';
import { pause } from '../pacing/pause';

const lookMilliseconds = 1_000;

const sizeSql = `
select coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 as bytes
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = any ($1::text[]) and c.relkind = 'r'`;

/** The disk that some generations take, in bytes. */
export const sizeOf = async (ask: Ask, generations: readonly string[]): Promise<number> => {
  const [row] = await ask<{ bytes: number }>(sizeSql, [generations]);
  return row?.bytes ?? 0;
};

/** Stops work on generations that take more than some bytes of disk. */
export class DiskBound {
  constructor(
    private readonly ask: Ask,
    private readonly generations: readonly string[],
    private readonly bytes: number,
  ) {}

  /** @throws Hopeless past the bound, once `work` has stopped. */
  async keep<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    const over = new AbortController();
    const ended = new AbortController();
    const watching = this.watch(AbortSignal.any([signal, ended.signal]), over);
    try {
      return await work(AbortSignal.any([signal, over.signal]));
    } catch (error) {
      if (!over.signal.aborted) throw error;
      const bound = this.bytes.toLocaleString('en');
      throw new Hopeless(`it takes more than FLOWLEDGER_REBUILD_BYTES (${bound}) of disk`);
    } finally {
      ended.abort();
      await watching;
    }
  }

  private async watch(signal: AbortSignal, over: AbortController): Promise<void> {
    while (!signal.aborted) {
      const bytes = await sizeOf(this.ask, this.generations).catch(() => 0);
      if (bytes > this.bytes) over.abort();
      await pause(lookMilliseconds, signal);
    }
  }
}
