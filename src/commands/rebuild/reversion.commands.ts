import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, saidSchema } from '../fields';

export const reversionCommands = {
  RevertProjection: command({
    summary: 'Show the generation of a projection again that was live before, and is kept warm',
    schema: z.strictObject({
      projection: idSchema,
      reason: saidSchema,
    }),
    opens: true,
    role: 'operator',
  }),
};

export type ReversionCommand = CommandOf<typeof reversionCommands>;
