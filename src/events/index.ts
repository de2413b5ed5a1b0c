import type { z } from 'zod';
import { alertEventSchemas, rulebookEventSchemas } from './alert.events';
import { archiveEventSchemas } from './archive.events';
import { deploymentEventSchemas, flowEventSchemas } from './deployment.events';
import type { EventMetadata } from './event-metadata';
import { executionEventSchemas } from './execution.events';
import { parkingEventSchemas } from './parking.events';
import { pricebookEventSchemas } from './pricebook.events';
import { executionUpcasters } from './execution.upcasters';
import { rebuildEventSchemas, reversionEventSchemas } from './rebuild.events';
import { replayEventSchemas } from './replay.events';
import { repricingEventSchemas } from './repricing.events';
import { rehearsalEventSchemas, rollbackEventSchemas } from './rollback.events';
import { articleEventSchemas, styleUsageEventSchemas } from './style.events';
import { subjectEventSchemas } from './subject.events';
import type { Upcasters } from './upcaster';
import { webhookEventSchemas } from './webhook.events';

/** Every event type there is, with the schema of its current data. */
export const eventSchemas = {
  ...executionEventSchemas,
  ...pricebookEventSchemas,
  ...repricingEventSchemas,
  ...replayEventSchemas,
  ...archiveEventSchemas,
  ...rebuildEventSchemas,
  ...reversionEventSchemas,
  ...parkingEventSchemas,
  ...deploymentEventSchemas,
  ...flowEventSchemas,
  ...rollbackEventSchemas,
  ...rehearsalEventSchemas,
  ...rulebookEventSchemas,
  ...alertEventSchemas,
  ...webhookEventSchemas,
  ...articleEventSchemas,
  ...styleUsageEventSchemas,
  ...subjectEventSchemas,
} as const;

export const upcasters: Upcasters = { ...executionUpcasters };

export type EventType = keyof typeof eventSchemas;
type EventData<T extends EventType> = z.output<(typeof eventSchemas)[T]>;

/** A new fact, not yet recorded: what a decider returns. */
export type DomainEvent<T extends EventType = EventType> = {
  [K in T]: { readonly type: K; readonly data: EventData<K> };
}[T];

/** A recorded fact in its current shape: what folds see. */
export type RecordedEvent<T extends EventType = EventType> = {
  [K in T]: EventMetadata & { readonly type: K; readonly data: EventData<K> };
}[T];

/** The events whose types a group of schemas names, for the aggregate that owns them. */
export type EventsOf<Schemas> = DomainEvent<Extract<keyof Schemas, EventType>>;
