import { callRequests, executionId } from '../load/calls';
import type { Target } from '../load/calls';
import { openConnections } from '../load/connection';
import { Lanes, openLoop } from '../load/open-loop';
import type { OpenDrive, OpenLoop } from '../load/open-loop';
import { Samples } from '../load/samples';
import type { Drive } from '../load/samples';
import { serveTasks } from '../tasks';

/** Writes at a constant rate, and reads some of what it wrote back from the read model. */
export interface ReadBack extends OpenLoop, Target {
  /** One of how many commands is read back. */
  readonly every: number;
}

export interface ReadBackDrive {
  readonly writes: OpenDrive;
  /** From the intended moment of a command to the answer of the read model that has it. */
  readonly visible: Pick<Drive, 'count' | 'p50' | 'p99' | 'p999' | 'max'>;
}

const readers = 64;

const positionIn = (body: Buffer): string =>
  (JSON.parse(body.toString()) as { position: string }).position;

const readBack = async (load: ReadBack): Promise<ReadBackDrive> => {
  const { connections, failure, close } = await openConnections(load.url, readers);
  const lanes = new Lanes(connections);
  const times = new Samples();
  const head = `Host: ${new URL(load.url).host}\r\nAuthorization: Bearer ${load.key}\r\n`;
  const reads: Promise<void>[] = [];

  const read = (index: number, intended: number, position: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const path = `/v1/projections/execution-status/${executionId(index)}?minPosition=${position}`;
      lanes.take((connection) => {
        connection.send(`GET ${path} HTTP/1.1\r\n${head}\r\n`, (status, body) => {
          const now = performance.now();
          const told = body.toString();
          if (status !== 200 || BigInt(positionIn(body)) < BigInt(position)) {
            reject(new Error(`${path} answered ${String(status)}: ${told}`));
            return;
          }
          times.add(now - intended);
          lanes.giveBack(connection);
          resolve();
        });
      });
    });

  try {
    const work = openLoop(load, callRequests(load), ({ index, intended, isMeasured, body }) => {
      if (!isMeasured || index % load.every !== 0) return;
      const reading = read(index, intended, positionIn(body));
      reading.catch(() => undefined); // awaited below
      reads.push(reading);
    }).then(async (writes) => {
      await Promise.all(reads);
      return writes;
    });
    const writes = await Promise.race([failure, work]);
    return { writes, visible: times.summary(load.seconds) };
  } finally {
    close();
  }
};

const tasks = { readBack };

export type Reader = typeof tasks;

serveTasks(tasks);
