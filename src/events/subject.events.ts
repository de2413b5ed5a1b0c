import { z } from 'zod';

/** Current shape of the data of the events of `subject-<id>`: a person whose data may be in events. */
export const subjectEventSchemas = {
  /**
   * What is personal of them was to be read up to here, and is no more. As many of these as there are in
   * the stream, so many keys are to be destroyed; what comes later is sealed by the next.
   */
  SubjectForgotten: z.object({
    reason: z.string(),
    /** The generation of the key that was theirs until now. */
    key: z.int(),
  }),
} as const;
