import { ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Span, SpanContext, SpanOptions, Tracer } from '@opentelemetry/api';
import { readContext } from './trace-context';

/** Links of one span: the standard's own limit. */
const linksAtMost = 128;

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Begins the spans of this thread. Where nothing is traced there is none of it (null), and nothing to do. */
export class Tracing {
  constructor(
    private readonly tracer: Tracer,
    /** Whether the traces of callers are gone on with. */
    private readonly continues: boolean,
  ) {}

  /** A span below `parent`, or the first of a trace; undefined where it is not sampled. */
  begin(name: string, parent: SpanContext | null, options?: SpanOptions): OpenSpan | undefined {
    const context = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = this.tracer.startSpan(name, options, context);
    return span.isRecording() ? new OpenSpan(this, span) : undefined;
  }

  /**
   * A span of what is done for several at once: below the first of them, with links to the others.
   * Undefined where none of them is traced: work that is nobody's has no trace.
   */
  beginFor(
    name: string,
    origins: readonly SpanContext[],
    options?: SpanOptions,
  ): OpenSpan | undefined {
    const [first, ...others] = distinct(origins);
    if (first === undefined) return undefined;
    const links = others.slice(0, linksAtMost).map((context) => ({ context }));
    return this.begin(name, first, { links, ...options });
  }

  /** Where the caller's trace is, by its headers; null where there is none that is to be gone on with. */
  callerOf({ traceparent, tracestate }: Headers): SpanContext | null {
    if (!this.continues || typeof traceparent !== 'string') return null;
    return readContext(traceparent, Array.isArray(tracestate) ? tracestate.join() : tracestate);
  }
}

/**
 * A sampled span under way, below which others begin. It is handed on from call to call: what would
 * find it by itself (AsyncLocalStorage) costs every promise of the process something, traced or not.
 */
export class OpenSpan {
  constructor(
    private readonly tracing: Tracing,
    private readonly span: Span,
  ) {}

  get context(): SpanContext {
    return this.span.spanContext();
  }

  /** A span below this one. */
  begin(name: string, options?: SpanOptions): OpenSpan | undefined {
    return this.tracing.begin(name, this.context, options);
  }

  /** Something happened within it, now. */
  mark(event: string): void {
    this.span.addEvent(event);
  }

  note(attributes: Attributes): void {
    this.span.setAttributes(attributes);
  }

  /** Leads from here to another span, of this trace or not. */
  link(context: SpanContext): void {
    this.span.addLink({ context });
  }

  /** Says that what it stands for failed, and with which kind of error. */
  fail(type: string): void {
    this.span.setAttribute('error.type', type);
    this.span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    this.span.end();
  }
}

const distinct = (contexts: readonly SpanContext[]): SpanContext[] => [
  ...new Map(contexts.map((context) => [context.spanId, context])).values(),
];
