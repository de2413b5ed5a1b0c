import type { Client } from 'pg';
import type { BulkTables } from './bulk-tables';

/** Keeps what generations hold in memory together below some bytes. */
export class MemoryBound {
  constructor(
    private readonly bytes: number,
    private readonly all: readonly BulkTables[],
  ) {}

  /** Spills, the largest first, until the rest is within the bound. */
  async keep(writer: Client): Promise<void> {
    const held = new Map(this.all.map((tables) => [tables, tables.held()]));
    const sum = (): number => [...held.values()].reduce((all, bytes) => all + bytes, 0);
    while (sum() > this.bytes) {
      const [largest] = [...held].reduce((one, other) => (other[1] > one[1] ? other : one));
      await largest.spill(writer);
      held.set(largest, largest.held());
    }
  }
}
