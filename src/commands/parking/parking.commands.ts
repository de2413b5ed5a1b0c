import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, saidSchema, textSchema } from '../fields';

const parked = {
  projection: idSchema,
  /** With its category: `execution-42`. */
  stream: textSchema(300).min(1),
};

export const parkingCommands = {
  RetryParked: command({
    summary: 'Try the parked events of a stream again, in order, after a fix',
    schema: z.strictObject(parked),
    opens: true,
    role: 'operator',
  }),
  SkipParked: command({
    summary: 'Leave out the events of a stream that cannot be applied, and go on with those behind',
    schema: z.strictObject({
      ...parked,
      reason: saidSchema,
    }),
    opens: true,
    role: 'operator',
  }),
};

export type ParkingCommand = CommandOf<typeof parkingCommands>;
