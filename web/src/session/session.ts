import { effect, signal } from '@preact/signals';
import type { Schema } from '../api/contract';
import { ApiProblem } from '../api/problem';
import { jsonOf } from '../api/json-of';
import { ask } from '../api/request';
import { forgetKey, keepKey, key } from './key';

export type Me = Schema<'Me'>;
export type Role = Me['role'];

/** Whoever is signed in; undefined until the server has said so. */
export const me = signal<Me | undefined>(undefined);

const identify = async (secret: string): Promise<Me> => jsonOf<Me>(await ask('/v1/me', { secret }));

/** Signs in for this tab. @throws ApiProblem where the key is not valid, or nobody answers. */
export const signIn = async (secret: string): Promise<void> => {
  me.value = await identify(secret);
  keepKey(secret);
};

export const signOut = (): void => {
  forgetKey();
};

/** What the key of this role may do besides reading. */
export const mayQueryStyle = (): boolean => me.value?.role !== 'analyst';
export const mayRecordChecks = (): boolean => me.value?.role !== 'analyst';
export const isOperator = (): boolean => me.value?.role === 'operator';

const secondsBetweenTries = 2;

/** After a reload there is a key, and the server is to say whose. */
const recognise = async (secret: string): Promise<void> => {
  try {
    const answer = await identify(secret);
    if (key.value === secret) me.value = answer;
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.status === 401) return; // it is forgotten already
    // A proxy whose server starts anew answers 502, and says nothing of when.
    const isFinal = error.retryAfterSeconds === null && error.status < 500;
    if (isFinal) forgetKey(error.detail);
    else setTimeout(() => void again(secret), secondsBetweenTries * 1_000);
  }
};

const again = async (secret: string): Promise<void> => {
  if (key.value === secret) await recognise(secret);
};

effect(() => {
  const secret = key.value;
  if (secret === null) me.value = undefined;
  else if (me.peek() === undefined) void recognise(secret);
});
