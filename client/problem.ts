/** One fault of what was sent: the field, and what would be right. */
export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly code: string;
  readonly detail: string;
  readonly correlationId: string | null;
  readonly errors: readonly FieldFault[];
}

/** The server's no, in its own words (RFC 9457). */
export class FlowledgerProblem extends Error {
  override readonly name = 'FlowledgerProblem';
  readonly type: string;
  readonly title: string;
  /** kebab-case, for programs: a refusal such as `execution-ended`. */
  readonly code: string;
  /** One sentence, for people. */
  readonly detail: string;
  /** The server's log knows the request by it. */
  readonly correlationId: string | null;
  /** For bad input: every fault at once. */
  readonly fields: readonly FieldFault[];

  constructor(
    readonly status: number,
    { type, title, code, detail, correlationId, errors }: ProblemBody,
    /** How long the server asks to wait, if it does. */
    readonly retryAfterMilliseconds: number | null = null,
  ) {
    super(`${detail} (${status} ${code})`);
    this.type = type;
    this.title = title;
    this.code = code;
    this.detail = detail;
    this.correlationId = correlationId;
    this.fields = errors;
  }
}

/** No answer came: the server was away, or the connection broke, or it took too long. */
export class FlowledgerUnreachable extends Error {
  override readonly name = 'FlowledgerUnreachable';

  constructor(url: string, cause: unknown) {
    // fetch hides what went wrong one level down.
    const { message, cause: inner } = cause as Error;
    const reason = (inner as Error | undefined)?.message ?? message;
    super(`the server at ${url} does not answer: ${reason}`, { cause });
  }
}

/** More calls wait to be recorded than the queue holds: wait for `room()` before the next. */
export class CallQueueFull extends Error {
  override readonly name = 'CallQueueFull';

  constructor(limit: number) {
    super(`${limit} calls wait already and this one was not taken: await room() before recordCall`);
  }
}

const textIn = (body: Readonly<Record<string, unknown>>, field: string): string | null => {
  const value = body[field];
  return typeof value === 'string' ? value : null;
};

/** Reads a problem from an answer, also one that a proxy in between gave in its own way. */
export const problemOf = (
  status: number,
  body: unknown,
  retryAfterMilliseconds: number | null = null,
): FlowledgerProblem => {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const said = typeof body === 'string' ? body.trim().slice(0, 200) : '';
  const problem: ProblemBody = {
    type: textIn(fields, 'type') ?? 'about:blank',
    title: textIn(fields, 'title') ?? 'Unexpected answer',
    code: textIn(fields, 'code') ?? 'unexpected',
    detail: textIn(fields, 'detail') ?? (said === '' ? 'no explanation was given' : said),
    correlationId: textIn(fields, 'correlationId'),
    errors: Array.isArray(fields['errors']) ? (fields['errors'] as FieldFault[]) : [],
  };
  return new FlowledgerProblem(status, problem, retryAfterMilliseconds);
};
