/** Why a rebuild cannot go on, however often it is tried. */
export class Hopeless extends Error {}

/** A file of an archive is damaged; more is parked than a pass keeps; the disk is full; an object depends on a view; a name is too long or there twice; no such right. */
const hopelessCodes: ReadonlySet<unknown> = new Set([
  'ARCHIVE_DAMAGED',
  'TOO_MANY_PARKED',
  '53100',
  '2BP01',
  '42622',
  '42P07',
  '42501',
]);

export const isHopeless = (error: unknown): boolean =>
  error instanceof Hopeless || hopelessCodes.has((error as { code?: unknown }).code);
