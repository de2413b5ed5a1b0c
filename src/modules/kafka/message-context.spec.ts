import type { SpanContext } from '@opentelemetry/api';
import { readContext } from '../telemetry/trace-context';
import type { KafkaMessage } from './event-message';
import { contextOf, putContext, putSending } from './message-context';
import type { OutgoingMessage } from './topic-publisher';

const contextAt = (trace: string, span: string, flags = '01', state = ''): SpanContext =>
  readContext(`00-${trace.repeat(32)}-${span.repeat(16)}-${flags}`, state)!;

const message = (): OutgoingMessage => ({ partition: 0, key: 'one', value: '{}', headers: {} });

/** As it comes back from the broker. */
const received = ({ headers }: OutgoingMessage): KafkaMessage => ({
  key: null,
  value: Buffer.from('{}'),
  timestamp: '0',
  attributes: 0,
  offset: '0',
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  ),
});

describe('the context of a message', () => {
  it('is the send’s where that is of the same trace, and says where its event comes from', () => {
    const sent = message();
    putContext(sent, contextAt('a', '1'), contextAt('a', '2'));
    expect(sent.headers).toEqual({
      ce_traceparent: `00-${'a'.repeat(32)}-${'1'.repeat(16)}-01`,
      traceparent: `00-${'a'.repeat(32)}-${'2'.repeat(16)}-01`,
    });
    expect(contextOf(received(sent))).toMatchObject({ spanId: '2'.repeat(16) });
  });

  it('is that of its event in a send of another trace, with what vendors put beside it', () => {
    const sent = message();
    putContext(sent, contextAt('b', '3', '01', 'rojo=1'), contextAt('a', '2'));
    expect(sent.headers['ce_traceparent']).toBe(sent.headers['traceparent']);
    const context = contextOf(received(sent));
    expect(context).toMatchObject({ traceId: 'b'.repeat(32), spanId: '3'.repeat(16) });
    expect(context?.traceState?.serialize()).toBe('rojo=1');
  });

  it('says nothing of where an event comes from that is sent once more', () => {
    const sent = message();
    putSending(sent, contextAt('c', '4'));
    expect(Object.keys(sent.headers)).toEqual(['traceparent']);
  });

  it('is none where it is not sampled, is not one, or is not there', () => {
    const unsampled = message();
    putSending(unsampled, contextAt('c', '4', '00'));
    expect(contextOf(received(unsampled))).toBeNull();
    const wrong = { ...message(), headers: { traceparent: 'what' } };
    expect(contextOf(received(wrong))).toBeNull();
    expect(contextOf(received(message()))).toBeNull();
  });
});
