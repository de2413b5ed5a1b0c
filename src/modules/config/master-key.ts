import { z } from 'zod';

/** 32 bytes in base64, as `openssl rand -base64 32` makes them. */
export const masterKeySchema = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'is 32 bytes in base64, as openssl rand -base64 32 makes them');
