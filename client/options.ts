import { longestTimer } from './patience';

/** How model calls are gathered. */
export interface BatchOptions {
  /** Calls that are sent together at most; 500 by default. */
  readonly size?: number;
  /** How long a call waits for others; 50 ms by default. */
  readonly ageMilliseconds?: number;
  /** Calls that may wait for their outcome; 10,000 by default. */
  readonly queue?: number;
}

export interface ClientOptions {
  /** Where the server is, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** The key of a role, as in `keys.json`. */
  readonly key: string;
  /** What the work is recorded under, in place of the active deployment. */
  readonly deploymentId?: string;
  /** How long one attempt may take; 30 s by default. */
  readonly timeoutMilliseconds?: number;
  /** How long a request is tried again; 60 s by default, 0 tries once. */
  readonly patienceMilliseconds?: number;
  readonly batch?: BatchOptions;
}

export interface Settings {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMilliseconds: number;
  readonly patienceMilliseconds: number;
  readonly batch: Required<BatchOptions>;
}

const wrong = (field: string, right: string): TypeError => new TypeError(`${field}: ${right}`);

const urlIn = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw wrong('url', 'is the address of a server, such as http://127.0.0.1:3000');
  }
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw wrong('url', 'has no query, fragment, user or password: the key is an option of its own');
  }
  return (url.origin + url.pathname).replace(/\/+$/, '');
};

const headerIn = (field: string, text: string): string => {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw wrong(field, 'is one or more printable ASCII characters without spaces');
};

const numberIn = (
  field: string,
  value: number,
  least: number,
  most = Number.MAX_SAFE_INTEGER,
): number => {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const bound = most === Number.MAX_SAFE_INTEGER ? '' : `, and at most ${most}`;
  throw wrong(field, `is a whole number, ${least} or more${bound}`);
};

const millisecondsIn = (field: string, value: number, least: number): number =>
  numberIn(field, value, least, longestTimer);

/** @throws TypeError naming the option and what it has to be */
export const settingsOf = (options: ClientOptions): Settings => {
  const { url, key, deploymentId, timeoutMilliseconds = 30_000 } = options;
  const { patienceMilliseconds = 60_000, batch = {} } = options;
  const { size = 500, ageMilliseconds = 50, queue = 10_000 } = batch;
  return {
    url: urlIn(url),
    headers: {
      authorization: `Bearer ${headerIn('key', key)}`,
      ...(deploymentId === undefined
        ? {}
        : { 'x-deployment-id': headerIn('deploymentId', deploymentId) }),
    },
    timeoutMilliseconds: millisecondsIn('timeoutMilliseconds', timeoutMilliseconds, 1),
    patienceMilliseconds: numberIn('patienceMilliseconds', patienceMilliseconds, 0),
    batch: {
      size: numberIn('batch.size', size, 1),
      ageMilliseconds: millisecondsIn('batch.ageMilliseconds', ageMilliseconds, 0),
      queue: numberIn('batch.queue', queue, 1),
    },
  };
};
