import { setTimeout as delay } from 'node:timers/promises';
import type { Flowledger } from './flowledger';

const answerOf = async (path: string, answer: Response): Promise<unknown> => {
  if (answer.ok) return answer.json();
  throw new Error(`${path} was answered ${String(answer.status)}: ${await answer.text()}`);
};

export const get = async ({ url, key }: Flowledger, path: string): Promise<unknown> =>
  answerOf(path, await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${key}` } }));

export const post = async (
  { url, key }: Flowledger,
  path: string,
  body: unknown,
): Promise<unknown> => {
  const answer = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return answerOf(path, answer);
};

interface Standings {
  readonly projections: readonly { readonly name: string; readonly position: string }[];
}

/** Waits until a read model has everything up to `position`. */
export const untilCovered = async (
  server: Flowledger,
  projection: string,
  position: number,
): Promise<void> => {
  for (;;) {
    const { projections } = (await get(server, '/v1/projections')) as Standings;
    const standing = projections.find(({ name }) => name === projection);
    if (standing === undefined) throw new Error(`there is no ${projection}`);
    if (Number(standing.position) >= position) return;
    await delay(25);
  }
};
