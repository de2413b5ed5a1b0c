import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Role } from '../auth/access';
import { readKeyFile } from '../auth/key-file';
import { readServerFile } from '../boot/home-lock';
import { isTemporary } from './http-request';
import type { Terminal } from './terminal';
import { Failure } from './verb';

/** Where a server is, and what opens it. */
export interface ServerAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string;
}

/** No server is there to talk to; the message says what to do about it. */
export class NoServer extends Failure {}

/** What answers at a url, if anything does. */
type Found = 'server' | 'nothing' | { readonly other: string };

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const foundAt = async (url: string): Promise<Found> => {
  try {
    const signal = AbortSignal.timeout(5_000);
    const answer = await fetch(`${url}/health/live`, { signal, redirect: 'manual' });
    const text = await answer.text();
    const elsewhere = answer.headers.get('location');
    // Followed, it would lead there without the key.
    if (elsewhere !== null) return { other: `leads elsewhere, to ${elsewhere}` };
    // Behind a proxy it is away for a moment, which whoever asks it waits for.
    if (isTemporary(answer.status)) return 'server';
    if (!answer.ok) return 'nothing';
    return isJson(text) ? 'server' : { other: 'is answered by something else' };
  } catch {
    return 'nothing';
  }
};

const homeOf = (env: Terminal['env']): string => resolve(env['FLOWLEDGER_HOME'] || '.flowledger');

/** @throws Failure for what no path can be put behind; a password is not repeated. */
const baseOf = (named: string): string => {
  if (!URL.canParse(named) || !/^https?:/i.test(named)) {
    throw new Failure(`FLOWLEDGER_URL is not an http or https url: ${named}`);
  }
  const { origin, pathname, username, password, search, hash } = new URL(named);
  if (username !== '' || password !== '') {
    throw new Failure(
      'FLOWLEDGER_URL has a user or a password in it, which is not sent: leave it out',
    );
  }
  if (search !== '' || hash !== '') {
    throw new Failure(`FLOWLEDGER_URL ends with ${search}${hash}: leave that out`);
  }
  return (origin + pathname).replace(/\/+$/, '');
};

const urlOf = async (env: Terminal['env'], home: string): Promise<string> => {
  const named = env['FLOWLEDGER_URL'];
  if (named) return baseOf(named);
  const server = await readServerFile(home);
  if (server !== undefined) return server.url;
  throw new NoServer(
    `no server runs on ${home}: start one with "npm start", or set FLOWLEDGER_URL`,
  );
};

const keyOf = async (env: Terminal['env'], home: string, role: Role): Promise<string> => {
  const named = env['FLOWLEDGER_KEY'];
  if (named) {
    if (/^[\x21-\x7e]+$/.test(named)) return named;
    // Sent as it is, it would be repeated in the error of who cannot send it.
    throw new Failure(
      'FLOWLEDGER_KEY has a space, a line break or a letter beyond ASCII, which no key has',
    );
  }
  if (env['FLOWLEDGER_URL']) {
    // The keys below this home are not for a server named otherwise, least of all on the wire.
    throw new Failure('FLOWLEDGER_URL is set: set FLOWLEDGER_KEY to one of its keys as well');
  }
  const path = join(home, 'keys.json');
  // Looked at first, because reading it makes it where it is missing.
  await access(path).catch(() => {
    throw new Failure(`there is no ${path}: set FLOWLEDGER_KEY to one of the server's keys`);
  });
  return (await readKeyFile(home))[role];
};

const alive = async (env: Terminal['env'], home: string, url: string): Promise<string> => {
  const found = await foundAt(url);
  if (found === 'server') return url;
  const isNamed = Boolean(env['FLOWLEDGER_URL']);
  if (found !== 'nothing' && isNamed) {
    throw new NoServer(`FLOWLEDGER_URL ${found.other}: set it to the url of the server itself`);
  }
  throw new NoServer(
    isNamed
      ? `no server answers at ${url} (FLOWLEDGER_URL)`
      : `the server on ${home} does not answer at ${url}: start it with "npm start"`,
  );
};

/**
 * The url of the running server, for what asks for no key.
 *
 * @throws NoServer when none answers.
 */
export const findUrl = async (env: Terminal['env']): Promise<string> => {
  const home = homeOf(env);
  return alive(env, home, await urlOf(env, home));
};

/**
 * The running server and a key of `role`: by `FLOWLEDGER_URL` and `FLOWLEDGER_KEY`, else what the
 * server on `FLOWLEDGER_HOME` left there.
 *
 * @throws NoServer when none answers.
 */
export const findServer = async (env: Terminal['env'], role: Role): Promise<ServerAddress> => {
  const home = homeOf(env);
  const url = await urlOf(env, home);
  const key = await keyOf(env, home, role);
  return { url: await alive(env, home, url), key };
};
