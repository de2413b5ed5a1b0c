/* A real server on a database of its own, that can be killed and started again by a test of faults. */
import { Home } from '../faults/home';
import { clientOf } from './client';
import type { Client } from './client';
import { freshDatabase } from './database';
import type { TestDatabase } from './database';
import { deployerOf } from './deployments';
import type { Deployer } from './deployments';
import { killServers, startServer } from './process';
import type { ServerProcess } from './process';

export const operatorKey = 'operator-key-of-the-fault-tests';

export class KillableServer {
  /** Of the server that runs now. */
  process!: ServerProcess;
  client!: Client;
  deployer!: Deployer;

  private constructor(
    readonly database: TestDatabase,
    private readonly home: Home,
  ) {}

  static async make(): Promise<KillableServer> {
    const server = new KillableServer(await freshDatabase(), await Home.make());
    await server.start();
    return server;
  }

  /** Starts it, again, on what the one before left. */
  async start(): Promise<void> {
    this.process = startServer({
      FLOWLEDGER_HOME: this.home.path,
      FLOWLEDGER_KEYS: `operator:tests:${operatorKey}`,
      DATABASE_URL: this.database.url,
      DATABASE_OWNER_URL: this.database.ownerUrl,
    });
    this.client = clientOf(await this.process.ready, operatorKey);
    this.deployer = deployerOf(this.client, operatorKey);
  }

  /** Kills every server, and takes away what they leave. */
  async end(): Promise<void> {
    await killServers();
    await this.home.remove();
    await this.database.drop();
  }
}
