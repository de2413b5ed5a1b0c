import type { Histogram } from './histogram';

/** SQL types a read model may use, each with the one JavaScript form it has in folds. */
export type SqlType =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'double precision'
  | 'boolean'
  | 'timestamptz'
  | 'date'
  | 'json'
  | 'numeric(38,0)'
  | 'numeric';

/** A column of an entity: `T` is its value in folds. */
export interface Column<T> {
  readonly sql: SqlType;
  readonly nullable: boolean;
  /** Carries `T` for the compiler only. */
  readonly value?: T;
}

const column = <T>(sql: SqlType): Column<T> => ({ sql, nullable: false });

export const text = (): Column<string> => column('text');
export const integer = (): Column<number> => column('integer');
export const boolean = (): Column<boolean> => column('boolean');
export const bigInteger = (): Column<bigint> => column('bigint');
/** Nano-dollars; no number of calls, however dear each, comes to more than there is room for. */
export const money = (): Column<bigint> => column('numeric(38,0)');
export const real = (): Column<number> => column('double precision');
/** ISO 8601 UTC. */
export const instant = (): Column<string> => column('timestamptz');
/** `YYYY-MM-DD`. */
export const day = (): Column<string> => column('date');
export const json = <T>(): Column<T> => column('json');
export const nullable = <T>({ sql }: Column<T>): Column<T | null> => ({ sql, nullable: true });

export type Columns = Readonly<Record<string, Column<unknown>>>;
export type RowOf<C extends Columns> = {
  [K in keyof C]: C[K] extends Column<infer T> ? T : never;
};

/** How the values of a column of totals merge: commutative and associative, so order cannot matter. */
export interface Measure<T> {
  readonly sql: SqlType;
  readonly merge: 'sum' | 'min' | 'max';
  readonly value?: T;
}

export const sum = (): Measure<bigint> => ({ sql: 'bigint', merge: 'sum' });
/** See `money`. */
export const moneySum = (): Measure<bigint> => ({ sql: 'numeric(38,0)', merge: 'sum' });
export const minimum = (): Measure<string> => ({ sql: 'timestamptz', merge: 'min' });
export const maximum = (): Measure<string> => ({ sql: 'timestamptz', merge: 'max' });
/** A text that every contribution to a key repeats, so that any of them will do. */
export const sameText = (): Measure<string> => ({ sql: 'text', merge: 'min' });
/** A text that begins with an instant: the one of the latest stays. */
export const latest = (): Measure<string> => ({ sql: 'text', merge: 'max' });
export const histogram = (): Measure<Histogram> => ({ sql: 'numeric', merge: 'sum' });

export type Measures = Readonly<Record<string, Measure<unknown>>>;
export type DeltaOf<M extends Measures> = {
  [K in keyof M]: M[K] extends Measure<infer T> ? T : never;
};
