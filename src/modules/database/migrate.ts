import { setTimeout } from 'node:timers/promises';
import { AbstractLogger, DataSource, MigrationExecutor } from 'typeorm';
import { sessionOptions } from './clients';
import { Ledger1764000000001 } from './migrations/0001-ledger';
import { ReadModels1764000000002 } from './migrations/0002-read-models';
import { WordIndex1764000000004 } from './migrations/0004-word-index';
import { StyleVectors1764000000005 } from './migrations/0005-style-vectors';
import { Replays1764000000006 } from './migrations/0006-replays';
import { Rebuilds1764000000007 } from './migrations/0007-rebuilds';
import { Parking1764000000008 } from './migrations/0008-parking';
import { Rollbacks1764000000009 } from './migrations/0009-rollbacks';
import { Voidings1764000000010 } from './migrations/0010-voidings';
import { Alerts1764000000011 } from './migrations/0011-alerts';
import { OldHistory1764000000012 } from './migrations/0012-old-history';
import { PersonalKeys1764000000013 } from './migrations/0013-personal-keys';
import { TraceOrigins1764000000014 } from './migrations/0014-trace-origins';
import { Rehearsals1764000000015 } from './migrations/0015-rehearsals';
import { LedgerCheckpoints1764000000016 } from './migrations/0016-ledger-checkpoints';
import { AskedWatches1764000000017 } from './migrations/0017-asked-watches';

/** Any fixed number will do; it only has to be the same for every process of Flowledger. */
const migrationLock = 7_306_101_108;

/** In order. */
export const migrations = [
  Ledger1764000000001,
  ReadModels1764000000002,
  WordIndex1764000000004,
  StyleVectors1764000000005,
  Replays1764000000006,
  Rebuilds1764000000007,
  Parking1764000000008,
  Rollbacks1764000000009,
  Voidings1764000000010,
  Alerts1764000000011,
  OldHistory1764000000012,
  PersonalKeys1764000000013,
  TraceOrigins1764000000014,
  Rehearsals1764000000015,
  LedgerCheckpoints1764000000016,
  AskedWatches1764000000017,
];

/** Whoever comes to a table that a migration waits for waits behind it: so long at a time, and as long between. */
const lockMilliseconds = 1_000;

/** TypeORM prints a migration that failed, whatever comes of it; what is an error is thrown as well. */
class Silence extends AbstractLogger {
  protected writeLog(): void {
    // nothing
  }
}

const isHeldUp = (error: unknown): boolean =>
  (error as { driverError?: { code?: string } }).driverError?.code === '55P03'; // lock_not_available

/** Runs what is pending, and again where a table is in use; what is done by then stays. Gives the names. */
const runPending = async (source: DataSource, heldUp: () => void): Promise<string[]> => {
  const pending = await new MigrationExecutor(source).getPendingMigrations();
  for (;;) {
    try {
      await source.runMigrations({ transaction: 'each' });
      return pending.map(({ name }) => name);
    } catch (error) {
      if (!isHeldUp(error)) throw error;
      heldUp();
      await setTimeout(lockMilliseconds);
    }
  }
};

/** The oldest major version of PostgreSQL that all statements were tried on. */
const oldestVersion = 16;

/** @throws Error where a PostgreSQL of this `server_version`, such as `18.4`, is too old. */
export const requireVersion = (version: string): void => {
  if (Number.parseInt(version, 10) >= oldestVersion) return;
  throw new Error(
    `DATABASE_URL leads to PostgreSQL ${version}: ${String(oldestVersion)} or later is needed`,
  );
};

/** @throws Error where a database of this `server_encoding` has no way to keep what people write. */
const requireEncoding = (encoding: string): void => {
  if (encoding === 'UTF8') return;
  throw new Error(
    `DATABASE_URL leads to a database in ${encoding}: make one with "create database ... encoding 'UTF8' template template0"`,
  );
};

/**
 * Brings the database at `ownerUrl` to the schema of this code. Processes that start together wait
 * for each other: TypeORM itself takes no lock.
 *
 * @param partitionEvents how large the partition is that a ledger goes on with which had none.
 * @param heldUp called each time that somebody reads what a migration has to change, such as a backup.
 * @returns the names of the migrations that were run.
 * @throws Error where PostgreSQL is too old, or the database not in UTF-8; nothing is changed then.
 */
export const migrate = async (
  ownerUrl: string,
  partitionEvents?: number,
  heldUp: () => void = () => undefined,
): Promise<string[]> => {
  const sized =
    partitionEvents === undefined ? '' : ` -c flowledger.partition_events=${partitionEvents}`;
  const source = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    applicationName: 'flowledger-migrate',
    installExtensions: false,
    migrations,
    migrationsTableName: 'flowledger_migrations',
    logger: new Silence(),
    connectTimeoutMS: 5_000,
    extra: {
      max: 2,
      options: `${sessionOptions}${sized} -c lock_timeout=${String(lockMilliseconds)}`,
    },
  });
  await source.initialize();
  const holder = source.createQueryRunner();
  try {
    const [server] = (await holder.query(
      `select current_setting('server_version') as version, current_setting('server_encoding') as encoding`,
    )) as { version: string; encoding: string }[];
    requireVersion(server?.version ?? '');
    requireEncoding(server?.encoding ?? '');
    await holder.query('set lock_timeout = 0'); // another start waits for this one to end
    await holder.query('select pg_advisory_lock($1)', [migrationLock]);
    return await runPending(source, heldUp);
  } finally {
    await holder.query('select pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined);
    await holder.release();
    await source.destroy();
  }
};
