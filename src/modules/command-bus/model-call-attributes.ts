import type { Attributes } from '@opentelemetry/api';

/** A call that is recorded tells what it was; `chat` is what nearly all are. */
const operation = 'chat';

/** The fields of `record-llm-call` that the conventions have names for. */
interface ModelCall {
  readonly agent: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Whom the metadata is about. */
  readonly subject?: string;
}

/**
 * A model call by the names of the conventions; never what was said. The provider is known only where
 * the caller put it among the metadata, and these are about nobody.
 *
 * Source: OpenTelemetry, semantic conventions for generative AI, client inference spans.
 */
export const modelCallAttributes = (data: Readonly<Record<string, unknown>>): Attributes => {
  const call = data as unknown as ModelCall;
  const { cachedInputTokens: cached, reasoningTokens: reasoning } = call;
  const provider = call.subject === undefined ? call.metadata['provider'] : undefined;
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.request.model': call.model,
    'gen_ai.agent.name': call.agent,
    'gen_ai.usage.input_tokens': call.inputTokens,
    'gen_ai.usage.output_tokens': call.outputTokens,
    ...(cached === 0 ? {} : { 'gen_ai.usage.cache_read.input_tokens': cached }),
    ...(reasoning === 0 ? {} : { 'gen_ai.usage.reasoning.output_tokens': reasoning }),
    ...(typeof provider === 'string' ? { 'gen_ai.provider.name': provider } : {}),
  };
};
