/** PostgreSQL settings by name, in PostgreSQL's own notation. */
export type ServerSettings = Readonly<Record<string, string>>;

/** A ledger with group commit and bulk rebuilds, on a laptop or a small server. */
const DEFAULTS: ServerSettings = {
  fsync: 'on',
  synchronous_commit: 'on',
  wal_level: 'replica', // base backups stay possible
  max_wal_size: '4GB', // a rebuild by COPY does not run from checkpoint to checkpoint
  checkpoint_timeout: '15min',
  shared_buffers: '256MB',
  huge_pages: 'off',
  max_connections: '200', // one server may come to a hundred, where all its pools are full
  jit: 'off', // short statements: compiling them costs more than it saves
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  lc_messages: 'C', // failures are recognised by their English text
};

/** Ours alone: reachable on loopback only, log where we look for it. */
const FIXED: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // socket paths may be 107 bytes long, a home folder longer
  logging_collector: 'off',
  log_destination: 'stderr',
};

/** Whether this server promises to survive a power cut. */
export const isDurable = (overrides: ServerSettings): boolean => overrides['fsync'] !== 'off';

/** The arguments that start a server with these settings on this port. */
export const serverArguments = (
  dataDir: string,
  port: number,
  overrides: ServerSettings,
): string[] => {
  const settings = { ...DEFAULTS, ...overrides, ...FIXED, port: String(port) };
  return [
    '-D',
    dataDir,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
};
