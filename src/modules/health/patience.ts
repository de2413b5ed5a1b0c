import { withinMilliseconds } from '../pacing/patience';

const patienceMilliseconds = 2_000;

/** What `work` comes to. @throws TooLate where health would wait too long for it. */
export const within = <T>(work: Promise<T>): Promise<T> =>
  withinMilliseconds(patienceMilliseconds, work);
