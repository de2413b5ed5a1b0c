import type { z } from 'zod';
import type { EventType, RecordedEvent } from '../events';
import { isVoidableStream, isVoidableType } from '../events/voiding';
import type { Columns, Column, DeltaOf, Measures, RowOf } from './columns';

type Folds<Row> = {
  readonly [T in EventType]?: (row: Readonly<Row>, event: RecordedEvent<T>) => Partial<Row>;
};
type Openings<Row> = { readonly [T in EventType]?: (event: RecordedEvent<T>, key: string) => Row };

/** What the API offers of a read model; see `modules/reading` for how it is asked. */
interface Presentation {
  /** One line for the API document. */
  readonly summary: string;
  /** The column that `from` and `to` filter. */
  readonly time: string;
  /** Default order; `-` for descending. */
  readonly sort: string;
  /**
   * A row in folds' terms as the API answers it. A grouped row of totals has only its own keys, and
   * the sum of no rows is presented too.
   */
  readonly present: (row: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** The columns that `present` adds or reshapes, with their shape in answers. */
  readonly presented: Readonly<Record<string, z.ZodType>>;
  /** Those of them that rows sort by, each with the exact column that it is a reading of. */
  readonly readings?: Readonly<Record<string, string>>;
}

interface Named extends Presentation {
  /** kebab-case; also the name of its view, in snake case. */
  readonly name: string;
  /**
   * Any change to columns or folds is a new version, built beside the live one. So is another order in which
   * a fold writes the fields of a JSON column: that keeps it, and what a proof hashes is its text.
   */
  readonly version: number;
  /** Columns of each index besides the key's, for the ways it is usually asked. */
  readonly indexes?: readonly (readonly string[])[];
}

/** Rows owned by one stream each. */
export interface Entity<C extends Columns = Columns> extends Named {
  readonly kind: 'entity';
  /** Only streams of this category are seen. */
  readonly category: string;
  /** The text column that holds the stream's id. */
  readonly key: string;
  readonly columns: C;
  /**
   * Columns by whose values the API counts rows: of few values, none of them absent or personal, and each
   * the first of an index, so that a count reads that in place of the rows.
   */
  readonly countedBy?: readonly (keyof C & string)[];
  /** Makes a stream's row; an event not named here cannot come first. */
  readonly opens: Openings<RowOf<C>>;
  /** What an event changes of the row; one that is not named here leaves it as it is. */
  readonly changes: Folds<RowOf<C>>;
}

/** Rows whose text is indexed by its words, as long as a sum of theirs is above zero. */
export interface SearchedText {
  /** The column of the text. */
  readonly text: string;
  /** The key that tells texts apart: the same for the same text. */
  readonly identity: string;
  /** The sum that says whether the row counts. */
  readonly present: string;
  /** Whose stems and stop words: a configuration of PostgreSQL's text search. */
  readonly language: 'english';
}

interface Contribution<K extends Columns, M extends Measures> {
  readonly key: RowOf<K>;
  readonly add: Partial<DeltaOf<M>>;
}

type Contributions<K extends Columns, M extends Measures> = {
  readonly [T in EventType]?: (event: RecordedEvent<T>) => readonly Contribution<K, M>[];
};

/** Commutative sums over streams: an event contributes deltas to keys. */
export interface Totals<K extends Columns = Columns, M extends Measures = Measures> extends Named {
  readonly kind: 'totals';
  /** What is to be found by its words; see `modules/projector/word-index.sql.ts`. */
  readonly searched?: SearchedText;
  readonly key: K;
  readonly measures: M;
  /**
   * Keys so fine that most questions sum over them: a second table without them is kept beside, and
   * answers those.
   */
  readonly detail?: readonly (keyof K & string)[];
  /** Names the stream that all events of a row are of, where a key does: by its category and the id. */
  readonly ofStream?: { readonly category: string; readonly id: keyof K & string };
  /**
   * Control totals: sums to which each event of a type adds the same, whatever it says. A table is held
   * against the number of events by them.
   */
  readonly controls?: { readonly [N in keyof M & string]?: { readonly [T in EventType]?: number } };
  readonly contributes: Contributions<K, M>;
  /** What is left of an event that is void, of types that contribute: nothing where it is not said. */
  readonly sunk?: Contributions<K, M>;
}

export type Projection = Entity | Totals;

/** An entity whose rows the API counts. */
export type Counted = Entity & Required<Pick<Entity, 'countedBy'>>;

export const isCounted = (projection: Projection): projection is Counted =>
  projection.kind === 'entity' && projection.countedBy !== undefined;

/** Whether rows may change when work is voided or reinstated. */
export const seesVoidable = (projection: Projection): boolean =>
  projection.kind === 'entity'
    ? isVoidableStream(`${projection.category}-`)
    : Object.keys(projection.contributes).some(isVoidableType);

/** The sums without the detail, where a projection has any. */
export const rollupOf = (projection: Projection): Totals | undefined => {
  if (projection.kind === 'entity' || projection.detail === undefined) return undefined;
  const { detail, key, ...rest } = projection;
  const coarse = Object.entries(key).filter(([name]) => !detail.includes(name));
  return { ...rest, name: `${projection.name}-rollup`, key: Object.fromEntries(coarse) };
};

/** A projection, and its rollup where it has one: each has a table of its own. */
export const withRollup = (projection: Projection): readonly Projection[] => {
  const rollup = rollupOf(projection);
  return rollup === undefined ? [projection] : [projection, rollup];
};

export const entity = <C extends Columns>(definition: Omit<Entity<C>, 'kind'>): Entity =>
  ({ kind: 'entity', ...definition }) as unknown as Entity;

export const totals = <
  K extends Record<string, Column<string> | Column<number>>,
  M extends Measures,
>(
  definition: Omit<Totals<K, M>, 'kind'>,
): Totals => ({ kind: 'totals', ...definition }) as unknown as Totals;
