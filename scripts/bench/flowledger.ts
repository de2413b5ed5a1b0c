import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Context } from './context';
import { startFlags, startScript } from './places';
import type { Database } from './postgres';

/** A Flowledger in a process of its own, as `npm start` runs it. */
export interface Flowledger {
  readonly url: string;
  readonly pid: number;
  /** A key that may do everything. */
  readonly key: string;
  readonly stop: () => Promise<void>;
}

export interface Run {
  /** Names its folder and its log. */
  readonly name: string;
  readonly database: Database;
  /** As FLOWLEDGER_PARTS; everything where absent. */
  readonly parts?: string;
  readonly variables?: Readonly<Record<string, string>>;
}

const drainMilliseconds = 30_000;

const ours = /^(FLOWLEDGER_|KAFKA_|DATABASE_|EMBEDDINGS_|OTEL_|PORT$|HOST$|LOG_LEVEL$|NODE_ENV$)/;

/** The environment without what would change a Flowledger started in it. */
export const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));

/** Resolves with what follows `ready` on the standard output. */
export const untilReady = async (child: ChildProcess, log: string): Promise<string> => {
  if (child.stdout === null) throw new Error('the standard output is not piped');
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /^ready (\S+)$/.exec(line) ?? [];
    if (url === undefined) continue;
    child.stdout.resume(); // the greeting that follows is for people
    return url;
  }
  const words = (await readFile(log, 'utf8')).trimEnd().split('\n').slice(-3).join(' | ');
  throw new Error(`the server did not start: ${words}`);
};

/** Stops it as an operator would, and by force where that takes too long. */
export const stopProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const tooLong = setTimeout(() => child.kill('SIGKILL'), drainMilliseconds);
  await gone;
  clearTimeout(tooLong);
};

const launch = (context: Context, run: Run, key: string): ChildProcess => {
  const { name, database, parts, variables = {} } = run;
  const profiling =
    context.profiles === null
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${join(context.profiles, name)}`]; // one file for each thread
  const log = openSync(join(context.folder, `${name}.log`), 'a');
  const child = spawn(process.execPath, [...startFlags, ...profiling, startScript], {
    detached: true, // a Ctrl-C is the bench's to handle
    stdio: ['ignore', 'pipe', log],
    env: {
      ...plainEnvironment(),
      PORT: '0',
      FLOWLEDGER_HOME: join(context.folder, name),
      FLOWLEDGER_KEYS: `operator:bench:${key}`,
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      ...(parts === undefined ? {} : { FLOWLEDGER_PARTS: parts }),
      ...variables,
    },
  });
  closeSync(log);
  return child;
};

/** Starts a server with the default settings but for `run`, until it is stopped or the measurement ends. */
export const startFlowledger = async (context: Context, run: Run): Promise<Flowledger> => {
  const key = randomBytes(24).toString('base64url');
  const child = await context.hold(() => Promise.resolve(launch(context, run, key)), stopProcess);
  const url = await untilReady(child, join(context.folder, `${run.name}.log`));
  return { url, pid: child.pid ?? 0, key, stop: () => stopProcess(child) };
};
