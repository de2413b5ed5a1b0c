import { Client, Pool, types } from 'pg';
import type { ClientConfig, CustomTypesConfig } from 'pg';
import { GatheredSocket } from './gathered-socket';

/** The role that may add to the ledger but never change it; see the first migration. */
const applicationRole = 'flowledger_app';

/**
 * How long a server that takes connections may take to answer one. That it takes none at all, a start
 * finds out before; a small machine that is busy, or whose disk stands still, has been seen to need more than 15 s.
 */
export const connectMilliseconds = 30_000;

/** After this long without a word each side asks whether the other is still there. */
const silenceSeconds = 10;

/**
 * By which the database gives up a connection, with what it holds, half a minute after the machine at its
 * other end is gone without a word: left to the system, nobody else has its office or its locks for two hours.
 */
const keepalive = `-c tcp_keepalives_idle=${silenceSeconds} -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3`;

/**
 * What a database may set for everybody who comes, and what is written here does not stand: a rebuild or a
 * proof that is ended after a minute is begun anew for ever. What may take no longer is bounded where it is asked.
 */
const ownBounds = [
  'statement_timeout',
  'lock_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
].map((name) => `-c ${name}=0`);

/** What each session is set to, whatever the database sets by default; a later one goes before. */
export const sessionOptions = [
  keepalive,
  ...ownBounds,
  '-c bytea_output=hex -c extra_float_digits=1', // as whatever reads results takes them
  String.raw`-c default_transaction_isolation=read\ committed`,
].join(' ');

const { DATE, TIMESTAMPTZ, JSON: JSON_TEXT } = types.builtins;

/** Kept as text, so that no microsecond and no digit is lost. */
const keptAsText: ReadonlySet<number> = new Set([DATE, TIMESTAMPTZ, JSON_TEXT]);

const textTypes: CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    keptAsText.has(oid)
      ? (text: string) => text
      : (types.getTypeParser(oid, format) as (text: string) => unknown),
};

/** How every connection of the application is made: UTC, without the compiler, in its lesser role. */
export const applicationConfig = (url: string): ClientConfig => ({
  connectionString: url,
  application_name: 'flowledger',
  connectionTimeoutMillis: connectMilliseconds,
  keepAlive: true,
  keepAliveInitialDelayMillis: silenceSeconds * 1_000,
  types: textTypes,
  options: `-c role=${applicationRole} -c TimeZone=UTC -c DateStyle=ISO -c jit=off ${sessionOptions}`,
});

/** Statements are sent before earlier ones are answered, those of one turn together. */
const pipelined = (pipeline: boolean): ClientConfig =>
  pipeline ? { pipeline, stream: () => new GatheredSocket() } : {};

/** One connection of its own; `pipeline` lets statements be sent before earlier ones are answered. */
export const connect = async (url: string, { pipeline = false } = {}): Promise<Client> => {
  const client = new Client({ ...applicationConfig(url), ...pipelined(pipeline) });
  client.on('error', () => undefined); // the statement under way, or the next, says so
  await client.connect();
  return client;
};

interface PoolOptions {
  /** What each connection is set to besides, as `-c name=value`. */
  readonly options?: readonly string[];
  /** As for `connect`. */
  readonly pipeline?: boolean;
}

/** Connections that are made as needed, `max` at most. */
export const connectPool = (
  url: string,
  max: number,
  { options = [], pipeline = false }: PoolOptions = {},
): Pool => {
  const config = applicationConfig(url);
  const all = [config.options, ...options].join(' ');
  const pool = new Pool({ ...config, options: all, max, ...pipelined(pipeline) });
  pool.on('error', () => undefined); // an idle connection went away: the pool makes another
  // One in use went away between two statements: the next one says so.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
};
