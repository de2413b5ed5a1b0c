import type { Client } from 'pg';
import type { StoredEvent } from '../../../events/event-metadata';
import { nothingVoid } from '../../../events/voiding';
import type { IsVoid } from '../../../events/voiding';
import { orderIn } from '../../../projections/parking-lot';
import { askingOn } from '../../database/ask';
import { VoidWork, voidingsAt } from '../../projector/void-work';

const epochsSql = `select id, epoch, without from ops.generations where id = any ($1::text[])`;

interface Row {
  readonly id: string;
  readonly epoch: string;
  readonly without: string | null;
}

/** What is void for the generations of one epoch that leave out the same, in the part of the ledger that is being folded. */
class Epoch {
  isVoid: IsVoid = () => false;

  constructor(private readonly work: VoidWork) {}

  async lookAt(writer: Client, part: readonly StoredEvent[]): Promise<void> {
    // What was parked before is tried again when somebody says so.
    const ordered = this.work.any ? part.flatMap((event) => orderIn(event)?.data.stream ?? []) : [];
    this.isVoid = await this.work.among(askingOn(writer), part, ordered);
  }
}

/** Tells generations that are filled together what is void for each; those that leave out the same share it. */
export class VoidOfPart {
  private constructor(private readonly epochs: ReadonlyMap<string, Epoch>) {}

  static async of(writer: Client, generations: readonly string[]): Promise<VoidOfPart> {
    const database = askingOn(writer);
    const rows = await database.ask<Row>(epochsSql, [[...generations]]);
    const byEpoch = new Map<string, Epoch>();
    const epochs = new Map<string, Epoch>();
    for (const { id, epoch, without } of rows) {
      const key = `${epoch} ${without ?? ''}`;
      const known =
        byEpoch.get(key) ??
        new Epoch(new VoidWork(await voidingsAt(database, BigInt(epoch), without)));
      byEpoch.set(key, known);
      epochs.set(id, known);
    }
    return new VoidOfPart(epochs);
  }

  /** Before a part is folded: looks up how its streams began, where any work is void. */
  async lookAt(writer: Client, part: readonly StoredEvent[]): Promise<void> {
    for (const epoch of new Set(this.epochs.values())) await epoch.lookAt(writer, part);
  }

  isVoidFor(generation: string): IsVoid {
    const epoch = this.epochs.get(generation) ?? new Epoch(new VoidWork(nothingVoid));
    return (event) => epoch.isVoid(event);
  }
}
