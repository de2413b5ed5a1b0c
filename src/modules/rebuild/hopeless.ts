/** Why a rebuild cannot go on, however often it is tried. */
export class Hopeless extends Error {}

/** Codes of what does not pass by itself: ours, and SQLSTATEs. */
const hopelessCodes: ReadonlySet<unknown> = new Set([
  'ARCHIVE_DAMAGED',
  'TOO_MANY_PARKED',
  '53100', // the disk is full
  '2BP01', // an object depends on a view
  '42622', // a name is too long
  '42P07', // a name is there already
  '42501', // no such right
]);

export const isHopeless = (error: unknown): boolean =>
  error instanceof Hopeless || hopelessCodes.has((error as { code?: unknown }).code);
