import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, textSchema } from '../fields';

export const reversionCommands = {
  RevertProjection: command({
    summary: 'Show the generation of a projection again that was live before, and is kept warm',
    schema: z.strictObject({
      projection: idSchema,
      reason: textSchema(2_000).trim().min(1, 'says nothing'),
    }),
    opens: true,
    role: 'operator',
  }),
};

export type ReversionCommand = CommandOf<typeof reversionCommands>;
