import { eventSchemas, upcasters } from './index';
import type { EventType, RecordedEvent } from './index';
import type { StoredEvent } from './event-metadata';

/** An event this code cannot read: its type or schema version is unknown, or an upcaster fails on it. */
export class UnreadableEvent extends Error {
  constructor(
    readonly type: string,
    readonly schemaVersion: number,
    readonly position: bigint,
    cause: string,
  ) {
    super(`event ${position} (${type} v${schemaVersion}): ${cause}`);
    this.name = 'UnreadableEvent';
  }
}

const isKnown = (type: string): type is EventType => Object.hasOwn(eventSchemas, type);

/** The schema version that new events of this type are written with. */
export const currentSchemaVersion = (type: EventType): number => (upcasters[type]?.length ?? 0) + 1;

/** Every event type that this code reads, with its newest version. */
export const readableVersions = (): Record<string, number> =>
  Object.fromEntries(
    Object.keys(eventSchemas).map((type) => [type, currentSchemaVersion(type as EventType)]),
  );

/**
 * A stored event in the current shape of its type.
 *
 * @throws UnreadableEvent for an unknown type, a schema version this code does not know, or data
 * that is not what its version says.
 */
export const decode = (stored: StoredEvent): RecordedEvent => {
  const { type, schemaVersion } = stored;
  // Its position is read only where it is told: some give it by parsing it.
  const unreadable = (cause: string): UnreadableEvent =>
    new UnreadableEvent(type, schemaVersion, stored.position, cause);
  if (!isKnown(type)) throw unreadable('unknown type');
  const chain = upcasters[type] ?? [];
  if (schemaVersion < 1 || schemaVersion > chain.length + 1) {
    const known = `this code knows up to version ${String(chain.length + 1)}`;
    throw unreadable(known);
  }
  if (schemaVersion === chain.length + 1) return stored as unknown as RecordedEvent;
  try {
    const since = chain.slice(schemaVersion - 1);
    const data = since.reduce((older, upcast) => upcast(older), stored.data);
    return { ...stored, schemaVersion: chain.length + 1, data } as unknown as RecordedEvent;
  } catch (error) {
    throw unreadable((error as Error).message);
  }
};
