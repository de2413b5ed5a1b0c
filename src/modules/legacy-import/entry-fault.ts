import type { z } from 'zod';

/** One thing that is wrong with one entry. */
export interface EntryFault {
  readonly index: number;
  /** As the file has it, where it has one. */
  readonly id: string | null;
  /** Path within the entry, such as `llm_calls[0].cost_usd`. */
  readonly field: string;
  readonly message: string;
}

/** What is wrong at a place, in words. */
export const described = (issue: z.core.$ZodIssue): string =>
  issue.code === 'invalid_type' && issue.input === undefined && issue.message.endsWith('undefined')
    ? `is missing (${issue.expected})`
    : issue.message;

/** `llm_calls[0].cost_usd` for `['llm_calls', 0, 'cost_usd']`. */
export const pathOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (/^\d+$/.test(String(step)) ? `[${String(step)}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
