import { z } from 'zod';

const names = z.array(z.string()).nullable();
const position = z.string().nullable();

/** Which events, of those recorded before a moment; null bounds nothing. */
export const eventScope = z.object({
  fromPosition: position,
  toPosition: position,
  /** Recorded at this time or later, and before that one. */
  since: z.string().nullable(),
  until: z.string().nullable(),
  streams: names,
  types: names,
  deployments: names,
});
