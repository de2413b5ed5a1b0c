import { findBinaries, majorVersionOf } from './binaries';
import { openCredentials } from './credentials';
import { createData, hasDataFor, removeDrafts } from './data-directory';
import { ensureDatabase, urlsFor } from './database';
import { openHome } from './home-folder';
import { launch } from './launch';
import { requireReachable, serverUser } from './os-user';
import { isDurable } from './settings';
import { Supervisor } from './supervisor';
import type { Credentials } from './credentials';
import type { Cluster } from './postmaster';
import type { ServerSettings } from './settings';

/** A running PostgreSQL that is restarted when it dies, until it is stopped. */
export interface EmbeddedPostgres {
  /** Connection url of the superuser who owns the schema, for migrations. */
  readonly ownerUrl: string;
  /** Connection url of the application's role; the database is the same. */
  readonly appUrl: string;
  /** The process id of the postmaster; another one after a restart. */
  readonly pid: number;
  /** Shuts down fast and resolves when the process is gone; a second call waits for the first. */
  stop(): Promise<void>;
}

/** Where and how to start. */
interface EmbeddedPostgresOptions {
  /** The folder that keeps the data, the passwords and the log; nobody else may be using it. */
  readonly home: string;
  /** PostgreSQL settings in place of the defaults, for example `fsync: 'off'`. */
  readonly settings?: ServerSettings;
  /** Takes one line for each thing worth telling: recovery, restarts, failed attempts. */
  readonly log: (line: string) => void;
}

/**
 * Starts the PostgreSQL of a home folder on a free loopback port, creating its data on the first
 * start and clearing away what a killed one left. Returns when it accepts connections.
 *
 * @throws StartError with one line for a person.
 */
export const startEmbeddedPostgres = async ({
  home: folder,
  settings = {},
  log,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> => {
  const binaries = await findBinaries();
  const home = await openHome(folder);
  const user = await serverUser(home.data);
  if (user !== undefined) await requireReachable(user, [binaries.postgres, home.root]);
  const hasData = await hasDataFor(home, await majorVersionOf(binaries, user));
  const credentials = await openCredentials(home, hasData);
  await removeDrafts(home);
  if (!hasData) {
    const { ownerPassword } = credentials;
    await createData(home, { binaries, user, ownerPassword, durable: isDurable(settings) });
  }
  const { postgres } = binaries;
  return run({ postgres, data: home.data, log: home.log, user, settings }, credentials, log);
};

async function run(
  cluster: Cluster,
  credentials: Credentials,
  log: EmbeddedPostgresOptions['log'],
): Promise<EmbeddedPostgres> {
  const { postmaster, port } = await launch(cluster, log);
  const supervisor = new Supervisor(cluster, port, postmaster, log);
  try {
    await ensureDatabase(port, credentials);
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return {
    ...urlsFor(port, credentials),
    get pid() {
      return supervisor.pid;
    },
    stop: () => supervisor.stop(),
  };
}
