/*
 * The whole application within the test's own process, on a port of its own and a database of its
 * own, made the way `npm start` makes it.
 */
import { Writable } from 'node:stream';
import type { AddressInfo } from 'node:net';
import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import type { Logger } from 'pino';
import { AppModule } from '../../src/app.module';
import type { Assembly } from '../../src/app.module';
import { contentFlow } from '../../src/commands/execution/flow';
import type { Flow } from '../../src/commands/execution/flow';
import { createApplication, equip } from '../../src/modules/boot/application';
import { nestOptions } from '../../src/modules/boot/nest-options';
import { readSettings } from '../../src/modules/config/settings';
import type { KeySetting } from '../../src/modules/config/settings';
import { createAdapter } from '../../src/modules/http/server';
import { articleReading, sha256 } from '../../src/modules/style-memory/article-reading';
import { clientOf } from './client';
import type { Client } from './client';
import { freshDatabase } from './database';
import type { TestDatabase } from './database';

/** One key for each role. */
export const keys = {
  service: 'service-key-of-the-tests-0001',
  analyst: 'analyst-key-of-the-tests-0002',
  operator: 'operator-key-of-the-tests-003',
} as const;

export interface TestApp {
  readonly url: string;
  /** Sends the service's key unless told otherwise. */
  readonly client: Client;
  readonly keys: typeof keys;
  readonly app: NestFastifyApplication;
  readonly database: TestDatabase;
  /** Everything logged so far, one JSON text each, from `trace` up. */
  readonly logs: readonly string[];
  get<T>(token: Type<T> | symbol): T;
  /** Stops as SIGTERM does; drops the database if it was made here, and fails if connections leak. */
  stop(): Promise<void>;
}

export interface AppOptions {
  /** Shared with other applications, and then dropped by the test. */
  readonly database?: TestDatabase;
  /** Where one before it was; any free one by default. */
  readonly port?: number;
  /** Variables of the environment, as in docs/configuration.md. */
  readonly env?: Readonly<Record<string, string>>;
  readonly flows?: readonly Flow[];
  /** Keys besides the one for each role. */
  readonly moreKeys?: readonly KeySetting[];
  /** The same for every application of a test, by default. */
  readonly masterKeys?: readonly string[];
  /** Providers in place of the application's own, by token. */
  readonly providers?: ReadonlyMap<symbol, unknown>;
}

const create = async (
  assembly: Assembly,
  logger: Logger,
  providers: ReadonlyMap<symbol, unknown>,
): Promise<NestFastifyApplication> => {
  if (providers.size === 0) return createApplication(assembly, logger);
  const testing = Test.createTestingModule({ imports: [AppModule.assemble(assembly)] });
  for (const [token, value] of providers) testing.overrideProvider(token).useValue(value);
  const module = await testing.compile();
  const app = module.createNestApplication<NestFastifyApplication>(
    createAdapter(),
    nestOptions(logger),
  );
  await equip(app, assembly.settings, logger);
  return app;
};

/** Starts the application and resolves once it takes requests. */
export const startApp = async ({
  database: given,
  port: wanted = 0,
  env = {},
  flows = [contentFlow],
  moreKeys = [],
  masterKeys = [Buffer.alloc(32, 1).toString('base64')],
  providers = new Map(),
}: AppOptions = {}): Promise<TestApp> => {
  const database = given ?? (await freshDatabase());
  const logs: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logs.push(chunk.toString());
      done();
    },
  });
  const settings = readSettings({
    FLOWLEDGER_SWEEP_SECONDS: '3600',
    FLOWLEDGER_ALERT_SECONDS: '3600',
    ...env,
  });
  const assembly: Assembly = {
    settings,
    databaseUrl: database.url,
    keys: [
      ...Object.entries(keys).map(([role, secret]) => ({
        role: role as keyof typeof keys,
        name: role,
        secret,
      })),
      ...moreKeys,
    ],
    masterKeys,
    context: {
      flows: new Map(flows.map((flow) => [flow.name, flow])),
      liveTopic: settings.kafka?.topic ?? null,
      digestOf: sha256,
      ...articleReading,
    },
  };
  const app = await create(assembly, pino({ level: 'trace' }, sink), providers);
  await app.listen(wanted, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${String(port)}`;
  return {
    url,
    client: clientOf(url, keys.service),
    keys,
    app,
    database,
    logs,
    get: (token) => app.get(token, { strict: false }),
    stop: async () => {
      await app.close();
      if (given === undefined) await database.drop();
    },
  };
};
