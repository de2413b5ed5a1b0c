import type { Attributes } from '@opentelemetry/api';
import { problemOf } from '../http/problem.filter';
import { errorType } from '../telemetry/error-type';
import type { OpenSpan } from '../telemetry/tracing';
import { catalogue } from './catalogue';
import type { Accepted } from './issued-command';
import { modelCallAttributes } from './model-call-attributes';

/*
 * A command that has a request to itself is traced by the request's span, as that does nothing else.
 * One of several, or one that comes of something else, has a span of its own below.
 */

/** A span for a command that is part of `parent`, where that is traced and there is such a command. */
export const commandSpan = (parent: OpenSpan | undefined, name: string): OpenSpan | undefined =>
  catalogue.has(name) ? parent?.begin(name) : undefined;

/** What a valid command is about, where the conventions have names for it. */
export const commandAttributes = (
  name: string,
  data: Readonly<Record<string, unknown>>,
): Attributes => (name === 'record-llm-call' ? modelCallAttributes(data) : {});

export const acceptance = ({ stream, position, events, duplicate }: Accepted): Attributes => ({
  'flowledger.stream': stream,
  'flowledger.position': Number(position),
  'flowledger.events': events.length,
  ...(duplicate ? { 'flowledger.duplicate': true } : {}),
});

/** A refusal is an answer; only what the server could not do is a failure. */
export const tellFailure = (span: OpenSpan, error: unknown): void => {
  const problem = problemOf(error);
  if (problem !== undefined) span.note({ 'flowledger.refusal': problem.code });
  if (problem === undefined || problem.status >= 500) span.fail(problem?.code ?? errorType(error));
};
