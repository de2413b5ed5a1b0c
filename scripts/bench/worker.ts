import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';
import type { Context } from './context';
import type { Call, Reply, Tasks } from './tasks';

/** Another process of the bench: what drives a server, or a baseline. */
export interface Worker<T extends Tasks> {
  readonly pid: number;
  /** Has the worker do a task; rejects with what it threw, or when it ended. */
  readonly call: <K extends keyof T & string>(
    task: K,
    input: Parameters<T[K]>[0],
  ) => Promise<Awaited<ReturnType<T[K]>>>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const connect = <T extends Tasks>(child: ChildProcess, name: string): Worker<T> => {
  const pending = new Map<number, Pending>();
  let last = 0;
  child.on('message', (reply: Reply) => {
    const call = pending.get(reply.id);
    pending.delete(reply.id);
    if ('error' in reply) call?.reject(new Error(`${name}: ${reply.error}`));
    else call?.resolve(reply.value);
  });
  child.on('exit', (code, signal) => {
    const how = signal ?? `exit status ${String(code)}`;
    for (const { reject } of pending.values()) reject(new Error(`${name} ended (${how})`));
    pending.clear();
  });
  return {
    pid: child.pid ?? 0,
    call: (task, input) =>
      new Promise((resolve, reject) => {
        last += 1;
        pending.set(last, { resolve: resolve as Pending['resolve'], reject });
        const call: Call = { id: last, task, input };
        child.send(call, (error) => {
          if (error !== null) reject(error);
        });
      }),
  };
};

/** Starts the compiled worker file `path`, until the measurement ends. */
export const startWorker = async <T extends Tasks>(
  context: Context,
  path: string,
): Promise<Worker<T>> => {
  const child = await context.hold(
    async () => {
      // In a group of its own, so that Ctrl-C is the bench's to handle; it ends with the channel.
      const forked = fork(path, [], { detached: true, serialization: 'advanced' });
      await once(forked, 'spawn');
      return forked;
    },
    async (forked) => {
      if (forked.exitCode !== null || forked.signalCode !== null) return;
      const gone = once(forked, 'exit');
      if (forked.connected) forked.disconnect();
      await gone;
    },
  );
  return connect<T>(child, basename(path, '.js'));
};
