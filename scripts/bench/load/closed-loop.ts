import { setTimeout as delay } from 'node:timers/promises';
import { openConnections } from './connection';
import { Samples, cpuShare } from './samples';
import type { Drive } from './samples';

export interface ClosedLoop {
  readonly url: string;
  readonly connections: number;
  /** Before the measured time: answers that count for nothing. */
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

/**
 * Every connection sends its next request as soon as the last one is answered; `seen` has each answer
 * within the measured time, and how many milliseconds it took.
 */
export const closedLoop = async (
  load: ClosedLoop,
  requests: (index: number) => string,
  seen: (body: Buffer, took: number) => void = () => undefined,
): Promise<Drive> => {
  const { connections, failure, close } = await openConnections(load.url, load.connections);
  const samples = new Samples();
  let sent = 0;
  let accepted = 0;
  const from = performance.now() + load.warmUpSeconds * 1000;
  const until = from + load.seconds * 1000;

  const drive = (connection: (typeof connections)[number]): Promise<void> =>
    new Promise((resolve, reject) => {
      const next = (): void => {
        const started = performance.now();
        if (started >= until) {
          resolve();
          return;
        }
        sent += 1;
        connection.send(requests(sent), (status, body) => {
          if (status !== 200) {
            reject(new Error(`answered ${String(status)}: ${body.toString()}`));
            return;
          }
          const now = performance.now();
          accepted += 1;
          if (now >= from && now < until) {
            samples.add(now - started);
            seen(body, now - started);
          }
          next();
        });
      };
      next();
    });

  try {
    const share = delay(load.warmUpSeconds * 1000).then(() => cpuShare());
    await Promise.race([failure, Promise.all(connections.map(drive))]);
    const driverCpu = (await share)();
    return { ...samples.summary(load.seconds), accepted, driverCpu };
  } finally {
    close();
  }
};
