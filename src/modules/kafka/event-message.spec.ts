import fc from 'fast-check';
import type { KafkaMessage } from 'kafkajs';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';
import { eventMessage, receivedEvent, replayedMessage } from './event-message';
import type { OutgoingMessage } from './topic-publisher';

const word = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 });
const instant = fc
  .tuple(
    fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
    fc.nat(999_999),
  )
  .map(([date, micros]) => {
    const seconds = date.toISOString().slice(0, 19).replace('T', ' ');
    const fraction = String(micros).padStart(6, '0').replace(/0+$/, '');
    return `${seconds}${fraction === '' ? '' : `.${fraction}`}+00`;
  });
const rows: fc.Arbitrary<EventRow> = fc.record({
  position: fc.bigInt(1n, 2n ** 62n).map(String),
  stream: word,
  version: fc.integer({ min: 1 }),
  event_id: fc.uuid({ version: 7 }),
  type: word,
  schema_version: fc.integer({ min: 1, max: 100 }),
  data: fc.json(),
  deployment_id: word,
  correlation_id: word,
  causation_id: fc.option(word),
  actor: word,
  occurred_at: instant,
  recorded_at: instant,
});

/** As it comes back from the broker. */
const received = ({ key, value, headers }: OutgoingMessage): KafkaMessage => ({
  key: Buffer.from(key),
  value: Buffer.from(value),
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  ),
  timestamp: '0',
  attributes: 0,
  offset: '0',
});

describe('an event as a message', () => {
  it('comes back as it was stored', () => {
    fc.assert(
      fc.property(rows, fc.bigInt(0n, 2n ** 62n), (row, previous) => {
        const message = received(eventMessage(row, 3, previous));
        expect(receivedEvent(message)).toEqual({ event: storedEvent(row), previous });
      }),
    );
  });

  it('has the key of its stream, and the text of the ledger as its value', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const message = eventMessage(row, 3, 0n);
        expect(message).toMatchObject({ partition: 3, key: row.stream, value: row.data });
      }),
    );
  });

  it('names its extensions in lower case, as CloudEvents ask', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const names = Object.keys(eventMessage(row, 3, 0n).headers);
        expect(names.filter((name) => !/^(content-type|ce_[a-z0-9]{1,20})$/.test(name))).toEqual(
          [],
        );
      }),
    );
  });

  it('says when it is replayed, and is no event to those who follow the ledger then', () => {
    fc.assert(
      fc.property(rows, (row) => {
        const message = replayedMessage(eventMessage(row, 3, 0n), 'copy-1');
        expect(message.headers).toMatchObject({ ce_flowledgerreplay: 'copy-1', ce_type: row.type });
        expect(receivedEvent(received(message))).toBeNull();
      }),
    );
  });

  it.each([
    ['no headers', {}, '{}'],
    ['no position', { ce_previousposition: '0' }, '{}'],
    ['a position that is none', { ce_position: '1e3', ce_previousposition: '0' }, '{}'],
    ['no JSON', { ce_position: '1', ce_previousposition: '0' }, '{'],
  ])('is not made of a message with %s', (_, headers, value) => {
    expect(receivedEvent(received({ partition: 0, key: '', value, headers }))).toBeNull();
  });

  it('is not made of a message without a value', () => {
    const headers = { ce_position: Buffer.from('1'), ce_previousposition: Buffer.from('0') };
    const message = { key: null, value: null, headers, timestamp: '0', attributes: 0, offset: '0' };
    expect(receivedEvent(message)).toBeNull();
  });
});
