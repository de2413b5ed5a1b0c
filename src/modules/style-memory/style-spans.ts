import { SpanKind } from '@opentelemetry/api';
import { errorType } from '../telemetry/error-type';
import type { OpenSpan } from '../telemetry/tracing';

/*
 * Spans of style queries, by the conventions for generative AI: retrievals and embeddings. What is
 * asked is in none of them.
 */

const source = 'style-memory';

interface Asked {
  readonly nResults: number;
  readonly agent?: string | undefined;
}

/** The search for what fits a text. */
export const retrieval = async <Found extends { readonly results: readonly unknown[] }>(
  request: OpenSpan | undefined,
  { nResults, agent }: Asked,
  find: (span?: OpenSpan) => Promise<Found>,
): Promise<Found> => {
  const span = request?.begin(`retrieval ${source}`, {
    attributes: {
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': source,
      'gen_ai.request.top_k': nResults,
      ...(agent === undefined ? {} : { 'gen_ai.agent.name': agent }),
    },
  });
  return within(span, find, ({ results }) => {
    span?.note({ 'flowledger.results': results.length });
  });
};

/** The vector of a text, by the model of this process or by a server. */
export const embedding = async (
  parent: OpenSpan | undefined,
  { model }: { readonly model: string },
  embed: () => Promise<Float32Array[]>,
): Promise<Float32Array[]> => {
  const span = parent?.begin(`embeddings ${model}`, {
    kind: SpanKind.CLIENT,
    attributes: { 'gen_ai.operation.name': 'embeddings', 'gen_ai.request.model': model },
  });
  return within(span, embed, ([vector]) => {
    if (vector !== undefined) span?.note({ 'gen_ai.embeddings.dimension.count': vector.length });
  });
};

const within = async <T>(
  span: OpenSpan | undefined,
  work: (span?: OpenSpan) => Promise<T>,
  done: (outcome: T) => void,
): Promise<T> => {
  if (span === undefined) return work();
  try {
    const outcome = await work(span);
    done(outcome);
    return outcome;
  } catch (error) {
    span.fail(errorType(error));
    throw error;
  } finally {
    span.end();
  }
};
