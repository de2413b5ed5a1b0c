import { randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { idSchema } from '../../commands/fields';

declare module 'fastify' {
  interface FastifyRequest {
    correlationId?: string;
  }
}

// Unique across processes by its random start, within one by counting: a fresh UUID each costs more.
const prefix = randomBytes(9).toString('base64url');
let made = 0;

export const newCorrelationId = (): string => `${prefix}-${(made += 1).toString(36)}`;

/** The caller's `X-Correlation-Id` where it is a valid id, else one made here; the same for all of a request. */
export const correlationOf = (request: FastifyRequest): string => {
  if (request.correlationId === undefined) {
    const header = request.headers['x-correlation-id'];
    const given = header === undefined ? undefined : idSchema.safeParse(header).data;
    request.correlationId = given ?? newCorrelationId();
  }
  return request.correlationId;
};
