import { parseArgs } from 'node:util';
import { resolve } from 'node:path';
import { readSettings } from '../src/modules/config/settings';
import { readKeyFile } from '../src/modules/auth/key-file';
import { boot } from '../src/main';
import type { Running } from '../src/modules/boot/boot';
import { welcome } from './welcome';

const help = `npm start

Starts Flowledger: the API, the projections and, without DATABASE_URL, a PostgreSQL of its own
below FLOWLEDGER_HOME. Stops on SIGTERM or Ctrl-C. It is configured by the environment, see
docs/configuration.md. Exit status: 0 stopped, 1 failed, 2 bad use.

  --json   print {"url", "pid"} before the line that it is ready, and nothing to paste
  --help   this text
`;

const usage = (message: string): never => {
  process.stderr.write(`${message}\n\n${help}`);
  process.exit(2);
};

const flags = (): { json: boolean; help: boolean } => {
  try {
    const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    const { values } = parseArgs({ options });
    return { json: values.json === true, help: values.help === true };
  } catch (error) {
    return usage((error as Error).message);
  }
};

/** Stops at the first signal; one that comes during the start takes effect when that is done. */
const stopOnSignal = (booting: Promise<Running>, drainSeconds: number): AbortSignal => {
  const stopping = new AbortController();
  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(() => {
      process.stderr.write(`did not drain within ${String(drainSeconds)} s\n`);
      process.exit(1);
    }, drainSeconds * 1000);
    const running = await booting;
    try {
      await running.stop();
    } catch (error) {
      process.stderr.write(`could not stop cleanly: ${(error as Error).message}\n`);
      process.exit(1);
    }
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      stop().catch(() => undefined); // the start failed, which main tells
    });
  }
  return stopping.signal;
};

const main = async (): Promise<void> => {
  const { json, help: asked } = flags();
  if (asked) {
    process.stdout.write(help);
    return;
  }
  process.stdout.on('error', () => undefined); // whoever read it is gone; the server goes on
  const settings = readSettings(process.env);
  const booting = boot(settings);
  const stopping = stopOnSignal(booting, settings.drainSeconds);
  const running = await booting;
  if (stopping.aborted) return;
  if (json) process.stdout.write(`${JSON.stringify({ url: running.url, pid: process.pid })}\n`);
  process.stdout.write(`ready ${running.url}\n`);
  if (!json) {
    // Keys that were given are secrets of somebody else's store, and standard output is kept as a log.
    const key = settings.keys === null ? (await readKeyFile(resolve(settings.home))).service : null;
    process.stdout.write(welcome(running.url, key));
  }
};

main().catch((error: unknown) => {
  process.stderr.write(`flowledger: ${(error as Error).message}\n`);
  process.exit(1);
});
