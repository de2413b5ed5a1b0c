/* An event as newer code would record it. */
import { v7 as uuid } from 'uuid';
import { newLineage } from '../../src/modules/ledger/append';
import { Ledger } from '../../src/modules/ledger/ledger.service';
import type { TestApp } from './app';

/** Records an event of a type that this code does not know. */
export const recordUnreadable = async ({ get }: Pick<TestApp, 'get'>): Promise<void> => {
  await get(Ledger).append({
    stream: 'imagined-1',
    expected: 0,
    lineage: newLineage(),
    step: 1,
    grounds: [],
    events: [{ eventId: uuid(), type: 'ThingImagined', schemaVersion: 1, data: '{}' }],
    actor: 'newer',
    deploymentId: null,
    correlationId: 'c',
    causationId: null,
    occurredAt: '2026-11-28T12:00:00.000000Z',
    idempotency: null,
  });
};
