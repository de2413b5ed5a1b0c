import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boot } from '../../src/main';
import { readKeyFile } from '../../src/modules/auth/key-file';
import { NoServer, findServer } from '../../src/modules/cli/server-address';
import type { ServerAddress } from '../../src/modules/cli/server-address';
import type { Terminal } from '../../src/modules/cli/terminal';
import { readSettings } from '../../src/modules/config/settings';

/** A server to show things on. */
export interface DemoServer {
  readonly isTemporary: boolean;
  readonly service: ServerAddress;
  /** The same server for what takes an operator. */
  readonly operator: ServerAddress;
  /** Removes all traces of a temporary server; leaves any other alone. */
  close(): Promise<void>;
}

const running = async (env: Terminal['env']): Promise<DemoServer> => ({
  isTemporary: false,
  service: await findServer(env, 'service'),
  operator: await findServer(env, 'operator'),
  close: () => Promise.resolve(),
});

/** Takes nothing from the environment: it must not touch a database or a broker named there. */
const temporary = async (): Promise<DemoServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'flowledger-demo-'));
  await chmod(folder, 0o711); // started by root, PostgreSQL runs as another user
  const home = join(folder, 'home');
  const booting = boot(readSettings({ PORT: '0', FLOWLEDGER_HOME: home, LOG_LEVEL: 'silent' }));
  const leave = async (): Promise<void> => {
    await booting.then(
      (server) => {
        // What is under way of a server that nobody keeps is not waited for.
        server.app.getHttpServer().closeAllConnections();
        return server.stop();
      },
      () => undefined, // what had been started is stopped already
    );
    await rm(folder, { recursive: true, force: true });
  };
  let leaving: Promise<void> | null = null;
  const close = (): Promise<void> => (leaving ??= leave());
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    // However often: ended by a second one, it would leave a database that runs.
    process.on(signal, () => void close().finally(() => process.exit(status)));
  }
  try {
    const { url } = await booting;
    const keys = await readKeyFile(home);
    return {
      isTemporary: true,
      service: { url, key: keys.service },
      operator: { url, key: keys.operator },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
};

/** The running server, or a temporary one where none runs and none is named. */
export const openDemoServer = async (
  env: Terminal['env'],
  starting: () => void,
): Promise<DemoServer> => {
  try {
    return await running(env);
  } catch (error) {
    if (!(error instanceof NoServer) || env['FLOWLEDGER_URL']) throw error;
    starting();
    return temporary();
  }
};
