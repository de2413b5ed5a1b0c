import { hash } from 'node:crypto';
import { z } from 'zod';
import { httpAddress } from './http-address';

/** A receiver of webhooks. */
export interface WebhookEndpoint {
  /** For people, logs and tables: an address may itself be a secret. */
  readonly name: string;
  readonly url: string;
  /** Keys of HMAC-SHA256, 24 to 64 bytes each; every one of them signs. */
  readonly keys: readonly Uint8Array[];
}

/** The form and size of a secret by Standard Webhooks 1.0, "Signature scheme". */
const secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]+={0,2}$/)
  .transform((text) => new Uint8Array(Buffer.from(text.slice('whsec_'.length), 'base64')))
  .refine(({ length }) => length >= 24 && length <= 64);

const nameOf = (url: string): string =>
  `${new URL(url).host}-${hash('sha256', url, 'hex').slice(0, 8)}`;

/** `<url>#<secret>`: a fragment is never sent, so an address has none of its own. More secrets follow behind more `#`. */
export const webhookEndpoint = z.string().transform((text, context): WebhookEndpoint => {
  const [url, ...secrets] = text.split('#');
  const parsed = z
    .object({ url: httpAddress, keys: z.array(secret).min(1) })
    .safeParse({ url, keys: secrets });
  if (parsed.success) return { name: nameOf(parsed.data.url), ...parsed.data };
  context.addIssue({
    code: 'custom',
    message:
      'each webhook is url#secret, with an http or https url without user and password and a secret of 24 to 64 bytes as whsec_<base64>',
  });
  return z.NEVER;
});
