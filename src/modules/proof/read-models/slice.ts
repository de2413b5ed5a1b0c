/** A part of a table's rows: those whose key falls to `index` of `count`. */
export interface Slice {
  readonly index: number;
  readonly count: number;
}

/** FNV-1a, 32 bit, of the key's UTF-16 units: spreads keys evenly, and the same every time. */
const spread = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
};

export const isIn = ({ index, count }: Slice, key: string): boolean =>
  count === 1 || spread(key) % count === index;

/** A table with the number of its rows. */
interface Counted {
  readonly rows: number;
}

/** The rows that are of some streams. */
interface Sample {
  /** The place of the column that has the streams' ids. */
  readonly column: number;
  readonly ids: ReadonlySet<string>;
}

/** A part of a table that is folded in one reading of the ledger. */
export interface Share<Table> {
  readonly table: Table;
  readonly slice: Slice;
  /** Where only events of some streams are read: no other row can be said anything of. */
  readonly sample?: Sample;
}

/**
 * The readings of the ledger it takes, and what is folded in each, so that none holds many more than
 * `atMost` rows: small tables share one, a large one is cut. At least one, be there no table at all.
 */
export const readingsOf = <Table extends Counted>(
  tables: readonly Table[],
  atMost: number,
): Share<Table>[][] => {
  const shares = tables
    .flatMap((table) => {
      const count = Math.max(1, Math.ceil(table.rows / atMost));
      const rows = table.rows / count;
      return Array.from({ length: count }, (_, index) => ({
        rows,
        share: { table, slice: { index, count } },
      }));
    })
    .sort((left, right) => right.rows - left.rows);
  const readings: { rows: number; shares: Share<Table>[] }[] = [{ rows: 0, shares: [] }];
  for (const { rows, share } of shares) {
    let reading = readings.find((one) => one.rows + rows <= atMost);
    if (reading === undefined) readings.push((reading = { rows: 0, shares: [] }));
    reading.rows += rows;
    reading.shares.push(share);
  }
  return readings.map((reading) => reading.shares);
};
