import { hash } from 'node:crypto';
import { z } from 'zod';
import { malformed } from '../http/faults';
import type { Problem } from '../http/problem';
import { storageFaults } from '../http/storable';

/** The fingerprint of a query, and a place, all of which the database can be asked for. */
const cursorContent = z
  .array(z.string().nullable())
  .min(2)
  .refine((content) => storageFaults(content).length === 0);

export type Place = readonly (string | null)[];

const fingerprintOf = (query: unknown): string =>
  hash('sha256', JSON.stringify(query), 'base64url').slice(0, 8);

const contentOf = (cursor: string): Place | undefined => {
  const bytes = Buffer.from(cursor, 'base64url');
  // Decoding skips what it does not know: only what encodes to the same text is whole.
  if (bytes.toString('base64url') !== cursor) return undefined;
  try {
    return cursorContent.safeParse(JSON.parse(bytes.toString())).data;
  } catch {
    return undefined;
  }
};

export const notOurs = 'is not one that was given out here';

/** Whether the text is a cursor at all, of whichever query. */
export const isCursor = (text: string): boolean => contentOf(text) !== undefined;

const refuse = (message: string): Problem => malformed([{ path: 'cursor', message }]);

/** What a caller sends to go on behind `place` of the same query. */
export const cursorOf = (query: unknown, place: Place): string =>
  Buffer.from(JSON.stringify([fingerprintOf(query), ...place])).toString('base64url');

/**
 * The place a cursor stands for. `fits` tells whether it is one of this query at all, because
 * anyone can write a cursor.
 *
 * @throws Problem 400 for one that is garbled or of another query.
 */
export const placeOf = (query: unknown, cursor: string, fits: (place: Place) => boolean): Place => {
  const content = contentOf(cursor);
  if (content === undefined) throw refuse(notOurs);
  const [fingerprint, ...place] = content;
  if (fingerprint !== fingerprintOf(query)) {
    throw refuse('belongs to another query: repeat the parameters of the page it came with');
  }
  if (!fits(place)) throw refuse(notOurs);
  return place;
};
