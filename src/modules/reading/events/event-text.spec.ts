import type { EventRow } from '../../ledger/stored-event';
import { eventMessage, eventText } from './event-text';

const row: EventRow = {
  position: '12345678901234567',
  stream: 'execution-1',
  version: 3,
  event_id: '01a207f8-6b15-76b0-a893-6f859048d798',
  type: 'ExecutionStarted',
  schema_version: 1,
  data: '{"topic": "two\\nlines",\r\n "precise": 1.10}',
  deployment_id: 'initial',
  correlation_id: 'c',
  causation_id: null,
  actor: 'service',
  occurred_at: '2026-01-08 22:32:15.55+00',
  recorded_at: '2026-01-08 22:32:16+00',
};

describe('an event as text', () => {
  it('is one line of JSON, with its data as it was stored', () => {
    expect(eventText(row)).toBe(
      '{"position":"12345678901234567","stream":"execution-1","version":3,' +
        '"eventId":"01a207f8-6b15-76b0-a893-6f859048d798","type":"ExecutionStarted","schemaVersion":1,' +
        '"data":{"topic": "two\\nlines",   "precise": 1.10},' +
        '"deploymentId":"initial","correlationId":"c","causationId":null,"actor":"service",' +
        '"occurredAt":"2026-01-08T22:32:15.550000Z","recordedAt":"2026-01-08T22:32:16.000000Z"}',
    );
  });

  it('is a message with its position as id and its type as event', () => {
    expect(eventMessage(row).split('\n')).toEqual([
      'id: 12345678901234567',
      'event: ExecutionStarted',
      `data: ${eventText(row)}`,
      '',
      '',
    ]);
  });
});
