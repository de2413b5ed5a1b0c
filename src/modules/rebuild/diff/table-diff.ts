import { storedText } from '../../proof/read-models/column-text';
import type { Field } from '../../database/copy-text';
import { isNumber } from './compared-table';
import type { Asked, ComparedTable } from './compared-table';
import { countsSql, differencesSql } from './diff.sql';
import type { DifferenceKind } from './diff.sql';

const samplesAtMost = 20;

/** A row that is not the same on both sides. Values are texts, as the API writes them. */
export interface RowDifference {
  readonly kind: DifferenceKind;
  readonly key: Readonly<Record<string, string | null>>;
  /** What is different; of a row that is only on one side, all that it has. */
  readonly fields: readonly {
    readonly column: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

/** How a table of one generation differs from that of another. */
export interface TableDiff {
  readonly table: string;
  readonly rows: { readonly before: number; readonly after: number };
  readonly added: number;
  readonly missing: number;
  readonly changed: number;
  /** Rows that are changed in a column; only columns that have any. */
  readonly columns: Readonly<Record<string, number>>;
  /** Sums of the numeric columns, as decimal strings. */
  readonly totals: readonly {
    readonly column: string;
    readonly before: string;
    readonly after: string;
  }[];
  /** Columns that cannot be compared, for only one of two versions has them. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** Some of each kind, by the order of their keys; at most 20. */
  readonly samples: readonly RowDifference[];
}

type Counts = Readonly<Record<string, number | string>>;

const kinds: readonly DifferenceKind[] = ['missing', 'added', 'changed'];

const differenceOf = (
  { keys, columns }: ComparedTable,
  kind: DifferenceKind,
  fields: readonly Field[],
): RowDifference => ({
  kind,
  key: Object.fromEntries(
    keys.map(({ name, type }, at) => [name, storedText(type, fields[at] ?? null)]),
  ),
  fields: columns.flatMap(({ name, type }, index) => {
    const at = keys.length + 3 * index;
    if (fields[at] !== 't') return [];
    const [before, after] = [fields[at + 1] ?? null, fields[at + 2] ?? null];
    return [{ column: name, before: storedText(type, before), after: storedText(type, after) }];
  }),
});

/** Every row that differs, as many at a time as arrive together. */
export async function* rowDifferences(
  snapshot: Asked,
  table: ComparedTable,
  which: readonly DifferenceKind[] = kinds,
  limit: number | null = null,
): AsyncGenerator<RowDifference[]> {
  for (const kind of which) {
    for await (const rows of snapshot.rows(differencesSql(table, kind, limit))) {
      yield rows.map((fields) => differenceOf(table, kind, fields));
    }
  }
}

/** Takes in turn from each of the lists. */
const dealt = <T>(lists: readonly (readonly T[])[]): T[] => {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list.slice(at, at + 1)))
    .flat()
    .slice(0, samplesAtMost);
};

const samplesOf = async (
  snapshot: Asked,
  table: ComparedTable,
  counts: Counts,
): Promise<RowDifference[]> => {
  const lists: RowDifference[][] = [];
  for (const kind of kinds) {
    const list: RowDifference[] = [];
    if (Number(counts[kind]) > 0) {
      for await (const some of rowDifferences(snapshot, table, [kind], samplesAtMost))
        list.push(...some);
    }
    lists.push(list);
  }
  return dealt(lists);
};

export const tableDiff = async (snapshot: Asked, table: ComparedTable): Promise<TableDiff> => {
  const [counts = {}] = await snapshot.ask<Counts>(countsSql(table));
  const changes = table.columns.map(({ name }, at) => [name, Number(counts[`c${at}`])] as const);
  return {
    table: table.table,
    rows: { before: Number(counts['before']), after: Number(counts['after']) },
    added: Number(counts['added']),
    missing: Number(counts['missing']),
    changed: Number(counts['changed']),
    columns: Object.fromEntries(changes.filter(([, rows]) => rows > 0)),
    totals: table.columns.flatMap((column, at) =>
      isNumber(column)
        ? [
            {
              column: column.name,
              before: String(counts[`b${at}`]),
              after: String(counts[`a${at}`]),
            },
          ]
        : [],
    ),
    onlyBefore: table.onlyBefore,
    onlyAfter: table.onlyAfter,
    samples: await samplesOf(snapshot, table, counts),
  };
};
