import { SpanKind } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';
import type { Pool } from 'pg';
import type { StoredEvent } from '../../events/event-metadata';
import { errorType } from '../telemetry/error-type';
import { originsBetween } from '../telemetry/origins';
import type { Tracing } from '../telemetry/tracing';

/** What is applied, and by whom. */
interface Applied {
  readonly events: readonly StoredEvent[];
  /** Ids of the generations. */
  readonly generations: readonly string[];
}

/**
 * The spans of batches that are applied to read models: below the first event that is traced, linked to
 * the others. The end of one is when the read models show its events.
 */
export class ApplySpans {
  constructor(
    private readonly tracing: Tracing,
    private readonly pool: Pool,
    /** Where the events come from: the topic, or the ledger. */
    private readonly source: { readonly system: string; readonly name: string },
  ) {}

  /** The spans that these events were recorded under, as the database knows them. */
  async recorded(events: readonly StoredEvent[]): Promise<readonly SpanContext[]> {
    const [first] = events;
    const last = events.at(-1);
    if (first === undefined || last === undefined) return [];
    const origins = await originsBetween(this.pool, first.position, last.position);
    return events.flatMap(({ position }) => origins.get(position) ?? []);
  }

  /** Does `work` within a span; without one where nothing of it is traced. */
  async around<T>(
    origins: readonly SpanContext[],
    { events, generations }: Applied,
    work: () => Promise<T>,
  ): Promise<T> {
    const { system, name } = this.source;
    const span = this.tracing.beginFor(`apply ${name}`, origins, {
      kind: SpanKind.CONSUMER,
      attributes: {
        'messaging.system': system,
        'messaging.operation.type': 'process',
        'messaging.operation.name': 'apply',
        'messaging.destination.name': name,
        'messaging.batch.message_count': events.length,
        'flowledger.position': Number(events.at(-1)?.position ?? 0),
        'flowledger.generations': [...generations],
      },
    });
    try {
      return await work();
    } catch (error) {
      span?.fail(errorType(error));
      throw error;
    } finally {
      span?.end();
    }
  }
}
