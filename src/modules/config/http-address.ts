import { z } from 'zod';

const error = 'is an http or https address without user and password';

/** Of what `fetch` asks: with a user or a password it sends nothing, and says why with both of them. */
export const httpAddress = z.url({ protocol: /^https?$/, abort: true, error }).refine((text) => {
  const { username, password } = new URL(text);
  return username === '' && password === '';
}, error);
