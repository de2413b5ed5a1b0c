import { Refused, Unreachable } from '../cli/api-client';
import type { ReplayProgress } from '../replay/replay.schemas';
import { Following } from './following';

const running: ReplayProgress = {
  ...{ replayId: 'copy', topic: 'copy-topic', state: 'running', step: 'sending' },
  ...{ done: 100, total: 1_000, ratePerSecond: 100, secondsLeft: 9, fromPosition: '1' },
  ...{ toPosition: '1000', position: '100', maxEventsPerSecond: null, reason: null, fault: null },
};

/** Answers with one after the other, then with the last again and again. */
const following = (...answers: (Partial<ReplayProgress> | Error)[]) => {
  const said: string[] = [];
  let at = 0;
  const progress = (): Promise<ReplayProgress> => {
    const answer = answers[Math.min(at, answers.length - 1)];
    at += 1;
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ ...running, ...answer });
  };
  const err = { write: (text: string) => said.push(text) };
  return { said, follow: new Following({ progress }, 'copy', err) };
};

const never = new AbortController().signal;

test('a replay is followed to its end, whatever state that is', async () => {
  for (const state of ['completed', 'failed', 'paused', 'cancelled'] as const) {
    const { follow } = following({ total: null, step: 'counting', done: 0 }, { state });
    expect(await follow.toItsEnd(never)).toMatchObject({ state });
  }
});

test('it is said once why nothing is sent', async () => {
  const stuck = { fault: 'no broker' };
  const { said, follow } = following(stuck, stuck, {}, { state: 'completed', done: 1_000 });
  await follow.toItsEnd(never);
  expect(said).toEqual(['nothing is sent for now: no broker\n']);
});

test('a server that is away for a while is waited for', async () => {
  const away = new Unreachable('http://there', new Error('refused'));
  const { follow } = following({}, away, { state: 'completed' });
  expect(await follow.toItsEnd(never)).toMatchObject({ state: 'completed' });
});

test('a refusal ends it', async () => {
  const refusal = new Refused({ status: 404, code: 'replay-unknown', detail: 'none' }, 'replay');
  await expect(following(refusal).follow.toItsEnd(never)).rejects.toThrow('replay-unknown');
});

test('who stops following is told how it is', async () => {
  const stopped = AbortSignal.abort();
  expect(await following({}).follow.toItsEnd(stopped)).toMatchObject({ state: 'running' });
});
