import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, saidSchema } from '../fields';

export const subjectCommands = {
  ForgetSubject: command({
    summary: 'Make what events hold of a person unreadable for good, by destroying their key',
    schema: z.strictObject({
      /** Whom `subject` of other commands names, or the name of the key of whoever spoke. */
      subject: idSchema,
      /** It stays to be read: nothing personal belongs in it. */
      reason: saidSchema,
    }),
    opens: true,
    role: 'operator',
  }),
};

export type SubjectCommand = CommandOf<typeof subjectCommands>;
