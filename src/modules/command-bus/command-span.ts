import type { Attributes } from '@opentelemetry/api';
import { problemOf } from '../http/problem.filter';
import { errorType } from '../telemetry/error-type';
import type { OpenSpan } from '../telemetry/tracing';
import type { Accepted } from './issued-command';
import { modelCallAttributes } from './model-call-attributes';

type Fields = Readonly<Record<string, unknown>>;

const attributesOf = (name: string, data: Fields): Attributes =>
  name === 'record-llm-call' ? modelCallAttributes(data) : {};

const acceptance = ({ stream, position, events, duplicate }: Accepted): Attributes => ({
  'flowledger.stream': stream,
  'flowledger.position': Number(position),
  'flowledger.events': events.length,
  ...(duplicate ? { 'flowledger.duplicate': true } : {}),
});

/**
 * Executes a command within a span of its own, below the request that it came by: it is decided, which
 * is marked, and waits for its commit. One span and not one for each, as a command has no more time.
 */
export const traced = (
  request: OpenSpan | undefined,
  name: string,
  data: Fields,
  execute: (span?: OpenSpan) => Promise<Accepted>,
): Promise<Accepted> => {
  const span = request?.begin(name, { attributes: attributesOf(name, data) });
  return span === undefined ? execute() : outcomeOn(span, execute(span));
};

const outcomeOn = async (span: OpenSpan, executed: Promise<Accepted>): Promise<Accepted> => {
  try {
    const accepted = await executed;
    span.note(acceptance(accepted));
    return accepted;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined || problem.status >= 500)
      span.fail(problem?.code ?? errorType(error));
    else span.note({ 'flowledger.refusal': problem.code });
    throw error;
  } finally {
    span.end();
  }
};
