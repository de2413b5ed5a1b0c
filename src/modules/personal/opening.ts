import { Inject, Injectable } from '@nestjs/common';
import type { StoredEvent } from '../../events/event-metadata';
import { personalFields } from '../../events/personal-fields';
import { maySeal, revealed, sealedIn, textOfKey } from '../../events/sealed-value';
import type { KeyName, Revelation, Sealed } from '../../events/sealed-value';
import type { Projection } from '../../projections/projection';
import { KeyTable } from './key-table';
import { MasterKeys } from './master-keys';
import { MASTER_KEYS } from './master-keys.token';
import { openedValue } from './sealing';

type Row = Readonly<Record<string, unknown>>;

/** A value with the stream that it comes from. */
interface FromStream {
  readonly stream: string;
  readonly value: unknown;
}

/** Whether rows may hold what is personal: of types with such fields, and not only sums of them. */
const mayHoldPersonal = (projection: Projection): boolean =>
  projection.kind === 'entity' &&
  Object.keys({ ...projection.opens, ...projection.changes }).some((type) =>
    personalFields.has(type),
  );

/**
 * Opens what is sealed, for whoever may read: the one place where anything personal becomes plain again.
 *
 * No key is kept: whether it may still be used has to be asked in any case, and the answer brings the
 * key along. So nothing is read, by any process, once the ledger says that it is forgotten.
 */
@Injectable()
export class Opening {
  constructor(
    private readonly table: KeyTable,
    @Inject(MASTER_KEYS) private readonly masters: MasterKeys,
  ) {}

  /** Events as the ledger has them, their data as text. */
  async texts<Event extends { readonly stream: string; readonly data: string }>(
    events: readonly Event[],
  ): Promise<readonly Event[]> {
    if (!events.some(({ data }) => maySeal(data))) return events;
    const values = await this.opened(
      events.map(({ stream, data }) => ({
        stream,
        value: maySeal(data) ? (JSON.parse(data) as unknown) : null,
      })),
    );
    return events.map((event, index) =>
      maySeal(event.data) ? { ...event, data: JSON.stringify(values[index]) } : event,
    );
  }

  /** Events whose data is read. */
  async events(events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    const values = await this.opened(events.map(({ stream, data }) => ({ stream, value: data })));
    return events.map((event, index) => ({ ...event, data: values[index] }));
  }

  /** Rows of a read model, in folds' terms. */
  async rows(projection: Projection, rows: readonly Row[]): Promise<readonly Row[]> {
    if (projection.kind !== 'entity' || !mayHoldPersonal(projection)) return rows;
    const { category, key } = projection;
    const values = rows.map((row) => ({ stream: `${category}-${String(row[key])}`, value: row }));
    return (await this.opened(values)) as readonly Row[];
  }

  private async opened(values: readonly FromStream[]): Promise<readonly unknown[]> {
    const all = values.flatMap(({ value }) => sealedIn(value));
    if (all.length === 0) return values.map(({ value }) => value);
    const names = new Map(all.map(({ key }) => [textOfKey(key), key]));
    const secrets = await this.secrets([...names.values()]);
    return values.map(({ stream, value }) =>
      revealed(value, (sealed) => revelationOf(stream, sealed, secrets)),
    );
  }

  /** The keys that may be used, by their names; null for one whose master key is not known here. */
  private async secrets(names: readonly KeyName[]): Promise<ReadonlyMap<string, Buffer | null>> {
    const stored = await this.table.readable(names);
    return new Map(stored.map((key) => [textOfKey(key), this.masters.unwrap(key, key)]));
  }
}

const revelationOf = (
  stream: string,
  sealed: Sealed,
  secrets: ReadonlyMap<string, Buffer | null>,
): Revelation => {
  const secret = secrets.get(textOfKey(sealed.key));
  if (secret === undefined) return { kind: 'forgotten' };
  const opened = secret === null ? undefined : openedValue(stream, sealed, secret);
  return opened === undefined ? { kind: 'kept' } : { kind: 'plain', value: opened.value };
};
