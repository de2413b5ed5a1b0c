import { createHash, hash } from 'node:crypto';
import type { EventMetadata } from '../../events/event-metadata';

/** The end of the ledger as one process knows it. */
export interface Head {
  readonly position: bigint;
  /** SHA-256, 32 bytes. */
  readonly hash: Buffer;
  readonly recordedAt: string;
  readonly activeDeployment: string;
  /** The position of the last fact that voided or reinstated work; 0 before the first. */
  readonly voided: bigint;
}

/** Everything of an event that its digest covers. */
export interface Sealable extends EventMetadata {
  readonly type: string;
  readonly schemaVersion: number;
  /** JSON text as stored. */
  readonly text: string;
}

/**
 * SHA-256 over the fields of an event, one a line, an absent one empty, the data last. No field but
 * the data can hold a line break, and JSON text holds none outside a string, so no two events share
 * a text.
 */
export const digestOf = (event: Sealable): Buffer =>
  hash(
    'sha256',
    `${event.position}\n${event.stream}\n${event.version}\n${event.eventId}\n${event.type}\n` +
      `${event.schemaVersion}\n${event.deploymentId}\n${event.correlationId}\n` +
      `${event.causationId ?? ''}\n${event.actor}\n${event.occurredAt}\n${event.recordedAt}\n${event.text}`,
    'buffer',
  );

/** The hash of a commit: SHA-256 over the hash before it and the digests of its events, in order. */
export const chainHash = (previous: Buffer, digests: readonly Buffer[]): Buffer => {
  const chain = createHash('sha256').update(previous);
  for (const digest of digests) chain.update(digest);
  return chain.digest();
};
