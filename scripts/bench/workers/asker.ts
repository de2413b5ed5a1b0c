import { closedLoop } from '../load/closed-loop';
import type { ClosedLoop } from '../load/closed-loop';
import { openLoop } from '../load/open-loop';
import type { OpenDrive, OpenLoop } from '../load/open-loop';
import { inTurn } from '../load/requests';
import type { Asked, Server } from '../load/requests';
import { Samples } from '../load/samples';
import type { Drive } from '../load/samples';
import { serveTasks } from '../tasks';

interface Questions extends Server {
  readonly asked: readonly Asked[];
}

export interface Asking extends ClosedLoop, Questions {
  /** Answers that contain this text are counted. */
  readonly marker: string;
}

export interface AskDrive extends Drive {
  /** How many of the answers in the measured time contain the marker. */
  readonly marked: number;
  /** Of those that do not. */
  readonly unmarkedP99: number;
}

/** Asks a server questions, from a process of its own. */
const tasks = {
  ask: async (load: Asking): Promise<AskDrive> => {
    let marked = 0;
    const others = new Samples();
    const drive = await closedLoop(load, inTurn(load, load.asked), (body, took) => {
      if (body.includes(load.marker)) marked += 1;
      else others.add(took);
    });
    return { ...drive, marked, unmarkedP99: others.summary(load.seconds).p99 };
  },
  askAtRate: (load: OpenLoop & Questions): Promise<OpenDrive> =>
    openLoop(load, inTurn(load, load.asked)),
};

export type Asker = typeof tasks;

serveTasks(tasks);
