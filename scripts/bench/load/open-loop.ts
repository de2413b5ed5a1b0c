import { openConnections } from './connection';
import type { Connection } from './connection';
import { atConstantRate } from './schedule';
import { Samples, cpuShare } from './samples';
import type { Drive } from './samples';

export interface OpenLoop {
  readonly url: string;
  readonly connections: number;
  /** Requests a second. */
  readonly rate: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
}

export interface OpenDrive extends Drive {
  /** How much later than due the driver got to a call, in milliseconds: it is part of each time. */
  readonly lateP50: number;
  readonly lateP99: number;
}

/** A pool of connections: what finds none free waits in line, at its intended moment. */
export class Lanes {
  private readonly free: Connection[];
  private readonly waiting: ((connection: Connection) => void)[] = [];

  constructor(connections: readonly Connection[]) {
    this.free = [...connections];
  }

  take(use: (connection: Connection) => void): void {
    const connection = this.free.pop();
    if (connection === undefined) this.waiting.push(use);
    else use(connection);
  }

  giveBack(connection: Connection): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(connection);
    else next(connection);
  }
}

/** What happens when call `index`, meant for `intended`, is answered; within the measured time or not. */
export type Answered = (call: {
  readonly index: number;
  readonly intended: number;
  readonly isMeasured: boolean;
  readonly body: Buffer;
}) => void;

/** Requests at a constant rate, whether or not earlier ones are answered; times from the intended moment. */
export const openLoop = async (
  load: OpenLoop,
  requests: (index: number) => string,
  answered: Answered = () => undefined,
): Promise<OpenDrive> => {
  const { connections, failure, close } = await openConnections(load.url, load.connections);
  const lanes = new Lanes(connections);
  const times = new Samples();
  const lateness = new Samples();
  const firstMeasured = Math.round(load.warmUpSeconds * load.rate);
  const all = Math.round((load.warmUpSeconds + load.seconds) * load.rate);
  let accepted = 0;

  const everything = new Promise<void>((resolve, reject) => {
    const call = (index: number, intended: number, connection: Connection): void => {
      const isMeasured = index >= firstMeasured;
      connection.send(requests(index), (status, body) => {
        if (status !== 200) {
          reject(new Error(`answered ${String(status)}: ${body.toString()}`));
          return;
        }
        if (isMeasured) times.add(performance.now() - intended);
        lanes.giveBack(connection);
        accepted += 1;
        answered({ index, intended, isMeasured, body });
        if (accepted === all) resolve();
      });
    };
    const schedule = { rate: load.rate, seconds: load.warmUpSeconds + load.seconds };
    atConstantRate(schedule, (index, intended) => {
      if (index >= firstMeasured) lateness.add(performance.now() - intended);
      lanes.take((connection) => {
        call(index, intended, connection);
      });
    }).catch(reject);
  });

  try {
    const share = cpuShare();
    await Promise.race([failure, everything]);
    const late = lateness.summary(load.seconds);
    return {
      ...times.summary(load.seconds),
      accepted,
      driverCpu: share(),
      lateP50: late.p50,
      lateP99: late.p99,
    };
  } finally {
    close();
  }
};
