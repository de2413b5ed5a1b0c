/*
 * The compiled server as a process of its own, for tests that kill it, starve it or start it twice.
 * Needs `tsc -b` to have run, which `npm test` sees to.
 */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const entry = join(__dirname, '../../dist/scripts/start.js');

interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServerProcess {
  readonly pid: number;
  /** What it wrote so far. */
  readonly output: { readonly stdout: string; readonly stderr: string };
  /** Resolves with its url when it takes requests; rejects, with its output, if it ends before. */
  readonly ready: Promise<string>;
  /** Resolves when it is gone. */
  readonly exit: Promise<Exit>;
  /** Sends a signal and waits until the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
}

const running = new Map<ChildProcess, Promise<Exit>>();

/** For afterAll or afterEach: whatever a failed test left running is killed. */
export const killServers = async (): Promise<void> => {
  for (const child of running.keys()) child.kill('SIGKILL');
  await Promise.all(running.values());
};

/**
 * Starts `npm start`'s server with these variables and nothing else of this environment than what
 * Node needs; by default on any free port.
 */
export const startServer = (
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): ServerProcess => {
  if (!existsSync(entry)) throw new Error(`${entry} is not there: run tsc -b first`);
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(process.execPath, [entry, ...args], {
    env: { PATH, HOME, TMPDIR, PORT: '0', LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const exit = once(child, 'close').then(([code, signal]): Exit => {
    running.delete(child);
    return { code: code as Exit['code'], signal: signal as Exit['signal'] };
  });
  running.set(child, exit);
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      output.stdout += chunk.toString();
      const [, url] = /^ready (\S+)$/m.exec(output.stdout) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output.stderr += chunk.toString();
    });
    void exit.then(({ code, signal }) => {
      const how = signal ?? `exit status ${String(code)}`;
      reject(new Error(`the server ended (${how}) before it was ready: ${output.stderr}`));
    });
  });
  ready.catch(() => undefined); // whoever waits for it is told
  return {
    pid: child.pid ?? 0,
    output,
    ready,
    exit,
    kill: (signal = 'SIGKILL') => {
      child.kill(signal);
      return exit;
    },
  };
};
