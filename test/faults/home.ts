/* A home folder for real servers, below the temporary folder, and what runs in it. */
import { chmod, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearLeftovers } from '../../src/modules/database/embedded/leftovers';
import { backendsOf, isPostmasterOf } from '../../src/modules/database/embedded/process-table';

export class Home {
  private constructor(readonly path: string) {}

  static async make(): Promise<Home> {
    const path = await mkdtemp(join(tmpdir(), 'flowledger-faults-'));
    await chmod(path, 0o711); // root's PostgreSQL runs as another user, who has to pass
    return new Home(path);
  }

  private get data(): string {
    return join(this.path, 'postgres');
  }

  /** The embedded PostgreSQL's owner, on the port it has now. */
  async databaseUrl(): Promise<string> {
    const { ownerPassword } = await this.json<{ ownerPassword: string }>('postgres.json');
    const port = (await this.postmasterFile()).split('\n')[3] ?? '';
    return `postgresql://flowledger_owner:${ownerPassword}@127.0.0.1:${port}/flowledger`;
  }

  /** The process id of the postmaster that runs here, if one does. */
  async postmaster(): Promise<number | undefined> {
    const text = await this.postmasterFile().catch(() => '');
    const pid = Number(text.split('\n')[0]);
    const runs = pid > 0 && (await isPostmasterOf(await realpath(this.data), pid));
    return runs ? pid : undefined;
  }

  /** Every PostgreSQL process that works here. */
  async postgresProcesses(): Promise<number[]> {
    const postmaster = await this.postmaster();
    const backends = await realpath(this.data).then(backendsOf, () => []);
    return postmaster === undefined ? backends : [postmaster, ...backends];
  }

  text(name: string): Promise<string> {
    return readFile(join(this.path, name), 'utf8');
  }

  async json<T>(name: string): Promise<T> {
    return JSON.parse(await this.text(name)) as T;
  }

  /** Ends the PostgreSQL that a killed server left, and removes everything. */
  async remove(): Promise<void> {
    await clearLeftovers(this.data, () => undefined);
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 });
  }

  private postmasterFile(): Promise<string> {
    return readFile(join(this.data, 'postmaster.pid'), 'utf8');
  }
}
