/** SQLSTATEs of a table, and of a schema, that are not there. */
const gone: ReadonlySet<unknown> = new Set(['42P01', '3F000']);

/** Whether something was not there any more that was to be read. */
export const isDropped = (error: unknown): boolean => gone.has((error as { code?: unknown }).code);

/**
 * Reads what was found. Where it was dropped before it was read, which makes room for other moments, it
 * is found and read once more: the same events make the same rows.
 */
export const readFound = async <Found, T>(
  find: () => Promise<Found>,
  read: (found: Found) => Promise<T>,
): Promise<T> => {
  try {
    return await read(await find());
  } catch (error) {
    if (!isDropped(error)) throw error;
    return read(await find());
  }
};
