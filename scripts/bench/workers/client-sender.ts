import { callBody } from '../load/calls';
import { cpuShare } from '../load/samples';
import { serveTasks } from '../tasks';

export interface ClientLoad {
  readonly url: string;
  readonly key: string;
  readonly calls: number;
  /** Begins the idempotency keys. */
  readonly keyPrefix: string;
}

export interface ClientResult {
  readonly seconds: number;
  readonly driverCpu: number;
}

/** What is used here of `flowledger/client`, which is built by itself, after the scripts. */
interface Client {
  recordCall(fields: object, options: { readonly idempotencyKey: string }): Promise<unknown>;
  room(): Promise<void>;
  close(): Promise<void>;
}
interface ClientPackage {
  readonly Flowledger: new (options: { readonly url: string; readonly key: string }) => Client;
}

const packageName: string = 'flowledger/client';

const tasks = {
  /** Records the calls one by one, as a program does that waits for room but not for each outcome. */
  record: async ({ url, key, calls, keyPrefix }: ClientLoad): Promise<ClientResult> => {
    const { Flowledger } = (await import(packageName)) as ClientPackage;
    const client = new Flowledger({ url, key });
    let refused: unknown;
    const share = cpuShare();
    const started = performance.now();
    for (let index = 0; index < calls; index += 1) {
      await client.room();
      const idempotencyKey = `${keyPrefix}-${String(index)}`;
      client.recordCall(callBody(index), { idempotencyKey }).catch((error: unknown) => {
        refused ??= error;
      });
    }
    await client.close();
    if (refused !== undefined) throw refused as Error;
    return { seconds: (performance.now() - started) / 1000, driverCpu: share() };
  },
};

export type ClientSender = typeof tasks;

serveTasks(tasks);
