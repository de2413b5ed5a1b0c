/** One fault of the input: where (dotted path into the body or query) and what would be right. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** An answer other than success, as RFC 9457 problem details. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    /** kebab-case, for programs. */
    readonly code: string,
    /** One sentence, for people. */
    readonly detail: string,
    readonly more: { readonly errors?: readonly Fault[]; readonly retryAfterSeconds?: number } = {},
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly correlationId: string;
  readonly errors?: readonly Fault[];
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'No valid key',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Took too long',
  409: 'Refused by a rule',
  412: 'The stream has moved',
  413: 'Too large',
  414: 'Address too long',
  415: 'Unsupported content type',
  422: 'Key used for another body',
  429: 'Too many requests',
  431: 'Headers too large',
  503: 'Not available now',
};

export const documentOf = (problem: Problem, correlationId: string): ProblemDocument => ({
  type: `urn:flowledger:problem:${problem.code}`,
  title: titles[problem.status] ?? 'Internal error',
  status: problem.status,
  code: problem.code,
  detail: problem.detail,
  correlationId,
  ...(problem.more.errors === undefined ? {} : { errors: problem.more.errors }),
});
