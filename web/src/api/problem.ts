export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** An answer other than success, or none at all (`status` 0). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly faults: readonly Fault[] = [],
    /** Asking again then may help; null where it will not. */
    readonly retryAfterSeconds: number | null = null,
    readonly correlationId: string | null = null,
    /** What came with it, as it came. */
    readonly body: unknown = null,
  ) {
    super(detail);
    this.name = 'ApiProblem';
  }
}

/** Whether it says that there is nothing of the id that was asked for, or that no id is like that. */
export const isUnknown = (problem: ApiProblem | undefined): boolean =>
  problem?.status === 404 ||
  (problem?.code === 'malformed' && !problem.faults.some(({ path }) => path === 'asOf'));

interface ProblemDocument {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: readonly Fault[];
  readonly correlationId?: string;
}

export const unreachable = (): ApiProblem =>
  new ApiProblem(0, 'unreachable', 'The server does not answer.', [], 2);

const hour = 3_600;

/** `Retry-After` in seconds, an hour at most, which a proxy may tell as a date; null where there is none to understand. */
const retryAfterIn = (headers: Headers, now = Date.now()): number | null => {
  const text = headers.get('retry-after');
  if (text === null) return null;
  const seconds = Number.isNaN(Number(text)) ? (Date.parse(text) - now) / 1_000 : Number(text);
  return Number.isNaN(seconds) ? null : Math.min(hour, Math.max(1, seconds));
};

/** What an answer that is not a success says. */
export const problemOf = async (response: Response): Promise<ApiProblem> => {
  const { status, headers } = response;
  const document = ((await response.json().catch(() => null)) ?? {}) as ProblemDocument;
  return new ApiProblem(
    status,
    document.code ?? 'unknown',
    document.detail ?? `The server answered ${String(status)}.`,
    document.errors ?? [],
    retryAfterIn(headers),
    document.correlationId ?? null,
    document,
  );
};
