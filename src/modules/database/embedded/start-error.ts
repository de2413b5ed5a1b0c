/** A start that cannot go on; the message is one line that names the cause and what to do about it. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}

const MEANING: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'a file of that name is in the way',
};

/** The code of a system or SQL error (`EACCES`, `28P01`), if it carries one. */
export const codeOf = (error: unknown): string | undefined =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;

/** Why something failed, in words, without the stack and on one line. */
export const causeOf = (error: unknown): string => {
  const meaning = MEANING[codeOf(error) ?? ''];
  if (meaning !== undefined) return meaning;
  // A program that failed says why on its last line; `message` is then its command line.
  const said = textOf(error, 'stderr').trim().split('\n').at(-1);
  return said || (textOf(error, 'message') || String(error)).split('\n', 1).join();
};

function textOf(error: unknown, field: 'message' | 'stderr'): string {
  const value: unknown = (error as Partial<Record<string, unknown>> | null)?.[field];
  return typeof value === 'string' ? value : '';
}
