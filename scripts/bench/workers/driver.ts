import { callRequests } from '../load/calls';
import type { Target } from '../load/calls';
import { closedLoop } from '../load/closed-loop';
import type { ClosedLoop } from '../load/closed-loop';
import { openLoop } from '../load/open-loop';
import type { OpenLoop } from '../load/open-loop';
import { serveTasks } from '../tasks';

/** Drives a server with single commands, from a process of its own. */
const tasks = {
  closedLoop: (load: ClosedLoop & Target) => closedLoop(load, callRequests(load)),
  openLoop: (load: OpenLoop & Target) => openLoop(load, callRequests(load)),
};

export type Driver = typeof tasks;

serveTasks(tasks);
