import { resolve } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { keysOf, readKeyFile } from '../auth/key-file';
import type { Settings } from '../config/settings';
import { startEmbeddedPostgres } from '../database/embedded';
import { migrate } from '../database/migrate';
import { readFlows } from '../flows/flow-file';
import { Metrics } from '../metrics/metrics';
import { readMasterKeyFile } from '../personal/master-key-file';
import { articleReading, sha256 } from '../style-memory/article-reading';
import { openTelemetry } from '../telemetry/open-telemetry';
import type { Telemetry } from '../telemetry/open-telemetry';
import { createApplication } from './application';
import { BackgroundThread, divided } from './background';
import type { Background } from './background.module';
import { BookOpening } from '../pricing/book-opening';
import { openLog } from './log';
import { startFault } from './start-fault';
import { takeHome, writeServerFile } from './home-lock';

/** A server that takes requests. */
export interface Running {
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly logger: Logger;
  /** Takes no more requests, answers those under way, finishes its batches, stops what it started. */
  stop(): Promise<void>;
}

type Undo = () => Promise<void>;

interface Database {
  readonly url: string;
  readonly ownerUrl: string;
}

const openDatabase = async (
  settings: Settings,
  logger: Logger,
  undo: Undo[],
): Promise<Database> => {
  if (settings.database !== null) return settings.database;
  const postgres = await startEmbeddedPostgres({
    home: resolve(settings.home),
    log: (line) => {
      logger.info({ context: 'PostgreSQL' }, line);
    },
  });
  undo.push(() => postgres.stop());
  return { url: postgres.appUrl, ownerUrl: postgres.ownerUrl };
};

const addressOf = (app: NestFastifyApplication, host: string): string => {
  const address = app.getHttpServer().address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${String(port)}`;
};

const once = (tell: () => void): (() => void) => {
  let isTold = false;
  return () => {
    if (!isTold) tell();
    isTold = true;
  };
};

const bringUpToDate = async (
  { ownerUrl }: Database,
  settings: Settings,
  logger: Logger,
): Promise<void> => {
  const heldUp = once(() => {
    logger.warn(
      { context: 'database' },
      'a migration waits for whoever reads what it changes, such as a backup, to end',
    );
  });
  const migrated = await migrate(ownerUrl, settings.partitionEvents, heldUp).catch(
    (error: unknown) => {
      throw startFault(error, settings, 'ownerUrl');
    },
  );
  if (migrated.length > 0) logger.info({ context: 'database' }, `migrated: ${migrated.join(', ')}`);
};

const start = async (settings: Settings, undo: Undo[]): Promise<Running> => {
  const home = resolve(settings.home);
  const flows = await readFlows(settings.flowsFile);
  undo.push(await takeHome(home));
  const logger = openLog(settings.logLevel);
  const database = await openDatabase(settings, logger, undo);
  await bringUpToDate(database, settings, logger);
  const keys = settings.keys ?? keysOf(await readKeyFile(home));
  const masterKeys = settings.masterKeys ?? (await readMasterKeyFile(home));
  const liveTopic = settings.kafka?.topic ?? null;
  const context = { flows, liveTopic, digestOf: sha256, ...articleReading };
  const { front, background } = divided(settings);
  const telemetry = await openTelemetry(settings.telemetry, logger);
  if (telemetry !== null) undo.push(() => telemetry.close());
  const tracing = telemetry?.tracing ?? null;
  const assembly = {
    settings: front,
    databaseUrl: database.url,
    keys,
    masterKeys,
    context,
    tracing,
  };
  const app = await createApplication(assembly, logger);
  undo.push(() => app.close());
  if (telemetry !== null) show(telemetry, app.get(Metrics));
  await app.init(); // so that the price book begins before anybody can ask for a price
  await app.get(BookOpening, { strict: false }).ensure();
  if (background !== null) {
    const spanCounts = tracing === null ? null : (telemetry?.counts.memory ?? null);
    const behind = { settings: background, databaseUrl: database.url, spanCounts };
    await startBackground(behind, logger, undo);
  }
  await app.listen(settings.port, settings.host);
  const url = addressOf(app, settings.host);
  await writeServerFile(home, { url, pid: process.pid });
  return { url, app, logger, stop: () => undoAll(undo) };
};

/** What became of spans goes with the other metrics, and those to the collector where that is asked for. */
const show = (telemetry: Telemetry, metrics: Metrics): void => {
  if (telemetry.tracing !== null) metrics.watchSpans(() => telemetry.counts.read());
  telemetry.push(metrics.registry);
};

const startBackground = async (
  background: Background,
  logger: Logger,
  undo: Undo[],
): Promise<void> => {
  const thread = new BackgroundThread(background, logger);
  undo.push(() => thread.stop());
  await thread.start();
};

/** Undoes all of it, whatever fails on the way. @throws what failed first. */
const undoAll = async (undo: Undo[]): Promise<void> => {
  const failures: unknown[] = [];
  for (let last = undo.pop(); last !== undefined; last = undo.pop()) {
    await last().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
};

/**
 * Starts everything the settings ask for; when that fails, nothing is left running.
 *
 * @throws Error with one line for a person.
 */
export const boot = async (settings: Settings): Promise<Running> => {
  const undo: Undo[] = [];
  try {
    return await start(settings, undo);
  } catch (error) {
    await undoAll(undo).catch(() => undefined);
    throw startFault(error, settings);
  }
};
