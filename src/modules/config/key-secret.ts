import { z } from 'zod';

/** What a header can carry as it is: nobody could send another. */
export const keySecretSchema = z
  .string()
  .regex(/^[\x21-\x7e]{24,}$/, 'is 24 characters or more, in ASCII and without spaces');
