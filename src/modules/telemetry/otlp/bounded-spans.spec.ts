import { ExportResultCode } from '@opentelemetry/core';
import type { ExportResult } from '@opentelemetry/core';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { pino } from 'pino';
import { SpanCounts } from '../span-counts';
import { BoundedSpans } from './bounded-spans';
import { CollectorWatch } from './collector-watch';

const limits = {
  queuedSpans: 4,
  batchSpans: 2,
  delayMilliseconds: 60_000,
  timeoutMilliseconds: 60_000,
};

const taken = { code: ExportResultCode.SUCCESS };

interface Sent {
  readonly spans: readonly ReadableSpan[];
  readonly answer: (result: ExportResult) => void;
}

let sent: Sent[];
let lines: string[];
let counts: SpanCounts;
let provider: TracerProvider;
let closing: boolean;

beforeEach(() => {
  closing = false;
  sent = [];
  lines = [];
  counts = new SpanCounts();
  const log = pino({ level: 'info' }, { write: (line) => lines.push(line) });
  const exporter = {
    export: (spans: ReadableSpan[], answer: Sent['answer']) => {
      if (closing) answer(taken);
      else sent.push({ spans, answer });
    },
    shutdown: () => Promise.resolve(),
  };
  const watch = new CollectorWatch(log, counts);
  provider = new TracerProvider({
    spanProcessors: [new BoundedSpans(exporter, counts, watch, limits)],
  });
});

// Answers what is under way, which is waited for by timers otherwise.
afterEach(async () => {
  closing = true;
  for (const { answer } of sent) answer(taken);
  await provider.shutdown();
});

const end = (spans: number): void => {
  for (let number = 0; number < spans; number += 1) {
    provider.getTracer('spec').startSpan('one').end();
  }
};

const refused = { code: ExportResultCode.FAILED, error: new Error('away') };

describe('spans on their way to a collector', () => {
  it('go in batches, and are counted once they are taken', () => {
    end(2);
    expect(sent.map(({ spans }) => spans.length)).toEqual([2]);
    expect(counts.read()).toEqual({ exported: 0, dropped: 0, failed: 0 });
    sent[0]!.answer(taken);
    expect(counts.read()).toEqual({ exported: 2, dropped: 0, failed: 0 });
  });

  it('are dropped and counted where there is no room, those under way included', () => {
    end(7);
    expect(counts.read()).toEqual({ exported: 0, dropped: 3, failed: 0 });
    sent[0]!.answer(taken);
    end(2); // there is room for two again
    expect(counts.read()).toEqual({ exported: 2, dropped: 3, failed: 0 });
  });

  it('are counted where the collector does not take them, which is told once until it does', () => {
    end(2);
    sent[0]!.answer(refused);
    expect(counts.read()).toEqual({ exported: 0, dropped: 0, failed: 2 });
    const watch = new CollectorWatch(
      pino({ level: 'info' }, { write: (line) => lines.push(line) }),
      new SpanCounts(counts.memory), // of another thread
    );
    watch.told(refused);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('takes no spans for now: away');
    watch.told(taken);
    watch.told(taken);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('takes spans again');
  });

  it('count together with those of another thread', () => {
    end(2);
    sent[0]!.answer(taken);
    const other = new SpanCounts(counts.memory);
    other.add('exported', 3);
    expect(counts.read().exported).toBe(5);
  });
});
