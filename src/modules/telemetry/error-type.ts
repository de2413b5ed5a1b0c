/** The kind of an error as the conventions name it: by its code, else by its class. */
export const errorType = (error: unknown): string => {
  if (!(error instanceof Error)) return '_OTHER';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
};
