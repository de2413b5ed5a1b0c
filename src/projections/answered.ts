/*
 * What presentations of read models have in common. A row comes with its exact sums as folds have them
 * (`bigint`), or as the database gives them (digits).
 */

type Row = Readonly<Record<string, unknown>>;

/** A sum of a row. */
export const exactOf = (row: Row, name: string): bigint => BigInt(String(row[name]));

/** Which part of one sum another is, 0 to 1; null where there is nothing of the whole. */
export const shareOf = (row: Row, part: string, whole: string): number | null =>
  Number(row[whole]) === 0 ? null : Number(row[part]) / Number(row[whole]);
