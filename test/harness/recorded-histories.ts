/* Histories made by chance, put into a real ledger. */
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import type { StoredEvent } from '../../src/events/event-metadata';
import { newLineage } from '../../src/modules/ledger/append';
import { Ledger } from '../../src/modules/ledger/ledger.service';
import type { TestApp } from './app';
import { anyLedger } from './histories';

type Told = Pick<StoredEvent, 'stream' | 'version' | 'type' | 'schemaVersion' | 'data'> &
  Partial<Pick<StoredEvent, 'deploymentId' | 'occurredAt'>>;

/** So many ledgers, the same for the same seed. */
export const histories = (count: number, seed: number): StoredEvent[][] =>
  fc.sample(anyLedger(5, 60), { numRuns: count, seed }).map((ledger) =>
    ledger.map((event) => ({
      ...event,
      schemaVersion: event.type === 'LlmCallRecorded' ? 2 : 1,
    })),
  );

/** Records events in order, whatever a decider would say to them. */
export const append = async (app: Pick<TestApp, 'get'>, events: readonly Told[]): Promise<void> => {
  const ledger = app.get(Ledger);
  await Promise.all(
    events.map(({ stream, version, type, schemaVersion, data, deploymentId, occurredAt }) =>
      ledger.append({
        stream,
        expected: version - 1,
        lineage: newLineage(),
        step: 1,
        grounds: [],
        events: [{ eventId: uuid(), type, schemaVersion, data: JSON.stringify(data) }],
        actor: 'chance',
        deploymentId: deploymentId ?? 'd0',
        correlationId: 'c',
        causationId: null,
        occurredAt: occurredAt ?? '2026-01-08T22:32:15.550791Z',
        idempotency: null,
      }),
    ),
  );
};

/** Records one of them, its streams interleaved as they are; `prefix` tells them from another's. */
export const record = (
  app: Pick<TestApp, 'get'>,
  events: readonly StoredEvent[],
  prefix: string,
): Promise<void> =>
  append(
    app,
    events.map((event) => ({
      ...event,
      stream: event.stream.replace('execution-', `execution-${prefix}-`),
    })),
  );
