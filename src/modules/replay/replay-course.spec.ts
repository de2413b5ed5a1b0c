import { Logger } from '@nestjs/common';
import type { RecordedEvent } from '../../events';
import type { ReplayTopic } from '../kafka/replay-topic';
import { Metrics } from '../metrics/metrics';
import { Bell } from '../pacing/bell';
import type { Replay } from './recorded-replays';
import { ReplayCourse } from './replay-course';
import type { Ending } from './replay-course';
import type { ReplayPlace } from './replay-places';

Logger.overrideLogger(false);

/** Nothing is left to send: a course that finds its topic is over. */
const place: ReplayPlace = { position: 50n, end: 50n, sent: 40n, lastSent: 50n, last: [49n, 50n] };

const replay = {
  replayId: 'copy',
  status: 'running',
  reason: null,
  started: { data: { topic: 'copy', scope: {}, maxEventsPerSecond: null } },
} as unknown as Replay & { readonly started: RecordedEvent<'ReplayStarted'> };

/** What comes of it where its topic looks like each of these in turn, and like the last from then on. */
const endingOf = async (...looks: readonly (ReplayTopic | null)[]): Promise<Ending | null> => {
  const left = [...looks];
  const means = {
    kafka: {},
    log: {},
    sections: {},
    spans: null,
    bell: new Bell(),
    metrics: new Metrics(),
    replays: { find: () => Promise.resolve(replay) },
    places: { read: () => Promise.resolve(place), report: () => Promise.resolve() },
    topicOf: () => Promise.resolve((left.length > 1 ? left.shift() : left[0]) ?? null),
  };
  const course = new ReplayCourse(
    replay,
    means as unknown as ConstructorParameters<typeof ReplayCourse>[1],
  );
  const running = course.run(new AbortController().signal);
  await jest.advanceTimersByTimeAsync(60_000);
  return running;
};

const whole: ReplayTopic = { partitions: 2, written: 40n };

describe('a replay that goes on', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('passes by brokers that do not know its topic for a moment', async () => {
    expect(await endingOf(null, null, null, null, whole)).toEqual({ kind: 'completed', place });
  });

  it.each<[string, ReplayTopic | null]>([
    ['is not found', null],
    ['was made again', { partitions: 2, written: 39n }],
    ['was made again with fewer partitions', { partitions: 1, written: 40n }],
  ])('fails where its topic %s, look after look', async (_, topic) => {
    expect(await endingOf(topic)).toMatchObject({
      kind: 'failed',
      cause: 'topic copy is gone, and with it what was sent there: start another',
    });
  });
});
