import { Refused, Unreachable } from './api-client';
import { Following, PatientLook } from './following';
import type { Followed } from './following';

const running: Followed = { state: 'running', done: 100, total: 1_000, fault: null };
const words = { verb: 'replaying', unit: 'events', still: 'nothing is sent for now' };

/** Answers with one after the other, then with the last again and again. */
const following = (...answers: (Partial<Followed> | Error)[]) => {
  const said: string[] = [];
  let at = 0;
  const progress = (): Promise<Followed> => {
    const answer = answers[Math.min(at, answers.length - 1)];
    at += 1;
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve({ ...running, ...answer });
  };
  const err = { write: (text: string) => said.push(text) };
  return { said, follow: new Following(progress, words, err) };
};

const never = new AbortController().signal;

test('work is followed to its end, whatever state that is', async () => {
  for (const state of ['completed', 'failed', 'paused', 'cancelled'] as const) {
    const { follow } = following({ total: null, done: 0 }, { state });
    expect(await follow.toItsEnd(never)).toMatchObject({ state });
  }
});

test('it is said once why nothing is sent', async () => {
  const stuck = { fault: 'no broker' };
  const { said, follow } = following(stuck, stuck, {}, { state: 'completed', done: 1_000 });
  await follow.toItsEnd(never);
  expect(said).toEqual(['nothing is sent for now: no broker\n']);
});

const away = new Unreachable('http://there', new Error('refused'));

test('a server that is away for a while is waited for, and that is said once', async () => {
  const { said, follow } = following({}, away, away, { state: 'completed' });
  expect(await follow.toItsEnd(never)).toMatchObject({ state: 'completed' });
  expect(said).toEqual([
    'the server does not answer for now: it is waited for, a minute at most\n',
  ]);
});

test('who stops following does not wait for a server that is away', async () => {
  const { follow } = following(away);
  await expect(follow.toItsEnd(AbortSignal.abort())).rejects.toBe(away);
});

test('a refusal ends it', async () => {
  const refusal = new Refused({ status: 404, code: 'replay-unknown', detail: 'none' }, 'replay');
  await expect(following(refusal).follow.toItsEnd(never)).rejects.toThrow('replay-unknown');
});

test('who stops following is told how it is', async () => {
  const stopped = AbortSignal.abort();
  expect(await following({}).follow.toItsEnd(stopped)).toMatchObject({ state: 'running' });
});

test('a server that is away is waited for a minute, and each look has an end', async () => {
  const clock = { now: 0 };
  const signals: AbortSignal[] = [];
  const answers = [away, away, 'here', away, away];
  const patient = new PatientLook(
    (signal) => {
      signals.push(signal);
      const answer = answers.shift();
      return answer === 'here' ? Promise.resolve(answer) : Promise.reject(away);
    },
    () => clock.now,
  );
  expect(await patient.look()).toBeNull();
  clock.now += 59_000;
  expect(await patient.look()).toBeNull();
  expect(await patient.look()).toBe('here');
  clock.now += 59_000;
  expect(await patient.look()).toBeNull();
  clock.now += 60_000;
  await expect(patient.look()).rejects.toBe(away);
  expect(signals.filter((signal) => signal instanceof AbortSignal)).toHaveLength(5);
});
