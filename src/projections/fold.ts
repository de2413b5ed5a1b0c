import type { RecordedEvent } from '../events';
import { idOfStream } from '../events/event-metadata';
import { isMergeable, merge } from './merge';
import type { Entity, Totals } from './projection';

export type Row = Readonly<Record<string, unknown>>;

/** A row of an entity with the version of its stream up to which it is folded. */
export interface EntityRow {
  readonly row: Row;
  readonly version: number;
}

/** An event that a projection cannot apply: where, and why. */
export class FoldFault extends Error {
  constructor(
    readonly projection: string,
    readonly event: RecordedEvent,
    cause: unknown,
  ) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super(`${projection} cannot apply event ${event.position} (${event.type}): ${reason}`, {
      cause,
    });
    this.name = 'FoldFault';
  }
}

type AnyFold = ((...parts: unknown[]) => Row) | undefined;

const nothing: Row = {};

const expectNext = (before: EntityRow | undefined, { stream, version }: RecordedEvent): void => {
  const expected = (before?.version ?? 0) + 1;
  if (version === expected) return;
  const found = `${stream} is at version ${String(version)}`;
  throw new Error(`${found}, the row expects ${String(expected)}`);
};

const foldRow = (projection: Entity, before: EntityRow | undefined, event: RecordedEvent): Row => {
  if (before === undefined) {
    const open = projection.opens[event.type] as AnyFold;
    if (open === undefined) throw new Error(`no row is there and ${event.type} opens none`);
    return open(event, idOfStream(event.stream, projection.category));
  }
  const change = projection.changes[event.type] as AnyFold;
  return change === undefined ? nothing : change(before.row, event);
};

/** What an event changes of a row, or all of a new one. @throws FoldFault */
const changesBy = (
  projection: Entity,
  before: EntityRow | undefined,
  event: RecordedEvent,
  isPart: boolean,
): Row => {
  try {
    if (!isPart) expectNext(before, event);
    return foldRow(projection, before, event);
  } catch (cause) {
    throw new FoldFault(projection.name, event, cause);
  }
};

const hyphen = 0x2d;

/** Whether a stream is of a projection's category. It is asked for every event, so it makes no text. */
export const owns = ({ category }: Pick<Entity, 'category'>, stream: string): boolean =>
  stream.charCodeAt(category.length) === hyphen && stream.startsWith(category);

/**
 * Folds an event of a stream that `projection` owns into its row.
 *
 * @throws FoldFault if the fold fails, or the event does not follow the row's version.
 */
export const foldEntity = (
  projection: Entity,
  before: EntityRow | undefined,
  event: RecordedEvent,
): EntityRow => {
  const changes = changesBy(projection, before, event, false);
  // Not by a spread with another behind it, which takes half as long again.
  const row = before === undefined ? changes : Object.assign({ ...before.row }, changes);
  return { row, version: event.version };
};

/** A row that nobody else holds. */
export interface OwnRow extends EntityRow {
  readonly row: Record<string, unknown>;
  version: number;
}

/**
 * Does the same to a row where it stands, in an eighth of the time: the row itself, or a new one where
 * there was none.
 *
 * @param isPart whether events of a stream may be missing: then versions only grow.
 * @throws FoldFault as `foldEntity` does; nothing is changed then.
 */
export const foldOwn = (
  projection: Entity,
  own: OwnRow | undefined,
  event: RecordedEvent,
  isPart = false,
): OwnRow => {
  const changes = changesBy(projection, own, event, isPart);
  if (own === undefined) return { row: changes, version: event.version };
  Object.assign(own.row, changes);
  own.version = event.version;
  return own;
};

export interface TotalsDelta {
  readonly key: Row;
  readonly add: Row;
}

/** A value that a measure cannot merge is the event's fault; found before anything is added. */
const check = (projection: Totals, add: Row): void => {
  for (const name in add) {
    const measure = projection.measures[name];
    if (measure === undefined) throw new Error(`${name} is no column of ${projection.name}`);
    if (!isMergeable(measure, add[name]))
      throw new Error(`${name} cannot be ${String(add[name])} in ${projection.name}`);
  }
};

/** Adds to a delta that is the map's own, so that many events to one key cost no copies. */
const addTo = (projection: Totals, sums: Record<string, unknown>, add: Row): void => {
  for (const name in add) {
    const measure = projection.measures[name];
    if (measure === undefined) continue;
    sums[name] = name in sums ? merge(measure, sums[name], add[name]) : add[name];
  }
};

const keyNames = new WeakMap<Totals['key'], readonly string[]>();

const keyNamesOf = ({ key }: Totals): readonly string[] => {
  let names = keyNames.get(key);
  if (names === undefined) keyNames.set(key, (names = Object.keys(key)));
  return names;
};

/**
 * The text that tells keys of totals apart, and orders them the same everywhere. No value has the
 * separator in it: PostgreSQL cannot store it.
 */
export const keyText = (projection: Totals, key: Row): string => {
  let text = '';
  for (const name of keyNamesOf(projection)) text += `${String(key[name])}\0`;
  return text;
};

/** Adds what has been summed up already, by another projection's keys, to `deltas`; see `foldTotals`. */
export const addDeltas = (
  projection: Totals,
  deltas: Map<string, TotalsDelta>,
  added: Iterable<TotalsDelta>,
): void => {
  for (const { key, add } of added) {
    const text = keyText(projection, key);
    let delta = deltas.get(text);
    if (delta === undefined) deltas.set(text, (delta = { key, add: {} }));
    addTo(projection, delta.add, add);
  }
};

/**
 * What an event contributes: nothing where its type is none that is counted.
 *
 * @throws FoldFault if the contribution fails.
 */
const contributionsOf = (
  projection: Totals,
  counted: Totals['contributes'],
  event: RecordedEvent,
): readonly TotalsDelta[] => {
  const contributes = counted[event.type] as
    ((event: RecordedEvent) => readonly TotalsDelta[]) | undefined;
  if (contributes === undefined) return [];
  try {
    const contributions = contributes(event);
    for (const { add } of contributions) check(projection, add);
    return contributions;
  } catch (cause) {
    throw new FoldFault(projection.name, event, cause);
  }
};

/**
 * Adds what an event contributes to `deltas`, keyed by `keyText`; the deltas are changed in place.
 *
 * @throws FoldFault if the contribution fails; `deltas` is unchanged then.
 */
export const foldTotals = (
  projection: Totals,
  deltas: Map<string, TotalsDelta>,
  event: RecordedEvent,
): void => {
  addDeltas(projection, deltas, contributionsOf(projection, projection.contributes, event));
};

/** Whether anything is left of an event of a type that is void. */
export const leavesSunk = ({ sunk }: Totals, type: string): boolean =>
  sunk !== undefined && Object.hasOwn(sunk, type);

/** Adds what is left of an event that is void, as `foldTotals` does. */
export const foldSunk = (
  projection: Totals,
  deltas: Map<string, TotalsDelta>,
  event: RecordedEvent,
): void => {
  addDeltas(projection, deltas, contributionsOf(projection, projection.sunk ?? {}, event));
};
