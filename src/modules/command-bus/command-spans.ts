import type { Attributes } from '@opentelemetry/api';
import type { Outcome } from '../ledger/append';
import { errorType } from '../telemetry/error-type';
import type { OpenSpan } from '../telemetry/tracing';
import { modelCallAttributes } from './model-call-attributes';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The spans of one command, below the request that it came by:
 *
 *   decide -> append, which is the wait for its commit -> (conflict) -> decide -> append ...
 */
export class CommandSpans {
  private current: OpenSpan | undefined;

  constructor(
    private readonly request: OpenSpan,
    private readonly name: string,
    private readonly data: Fields,
  ) {}

  /** What its decision rests on is read, and it is decided. */
  deciding(): void {
    this.current?.end();
    this.current = this.request.begin(`decide ${this.name}`, { attributes: this.attributes() });
  }

  /** It is decided, and goes to the ledger. */
  appending(stream: string): OpenSpan | undefined {
    this.current?.end();
    this.current = this.request.begin('append', { attributes: { 'flowledger.stream': stream } });
    return this.current;
  }

  /** The ledger has told what became of it. */
  told(outcome: Outcome): void {
    const { kind } = outcome;
    const place = kind === 'appended' ? { 'flowledger.position': Number(outcome.position) } : {};
    this.current?.note({ 'flowledger.outcome': kind, ...place });
    this.current?.end();
    this.current = undefined;
  }

  /** It failed with whatever was under way; a refusal comes when nothing is. */
  end(error: unknown): void {
    this.current?.fail(errorType(error));
    this.current?.end();
    this.current = undefined;
  }

  private attributes(): Attributes {
    const command = { 'flowledger.command': this.name };
    return this.name === 'record-llm-call'
      ? { ...command, ...modelCallAttributes(this.data) }
      : command;
  }
}
