import type { FastifyRequest } from 'fastify';
import { idSchema } from '../../commands/fields';
import { Problem } from '../http/problem';

const printable = /^[\x21-\x7e]{1,256}$/;

const single = (request: FastifyRequest, name: string): string | null => {
  const value = request.headers[name];
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join(',') : value;
};

const wrong = (header: string, message: string): Problem =>
  new Problem(400, 'malformed', `${header}: ${message}`, { errors: [{ path: header, message }] });

export const parseIfMatch = (value: string | number | null): number | null => {
  if (value === null) return null;
  const [, version] = /^"?(\d{1,9})"?$/.exec(String(value)) ?? [];
  if (version !== undefined) return Number(version);
  throw wrong('If-Match', 'is a stream version in quotes, such as "3"');
};

export const parseIdempotencyKey = (value: string | null): string | null => {
  if (value === null || printable.test(value)) return value;
  throw wrong('Idempotency-Key', 'is 1 to 256 printable ASCII characters without spaces');
};

/** The headers that say something about a command. */
export const commandHeaders = (
  request: FastifyRequest,
): { idempotencyKey: string | null; ifMatch: number | null; deploymentId: string | null } => {
  const deploymentId = single(request, 'x-deployment-id');
  if (deploymentId !== null && !idSchema.safeParse(deploymentId).success) {
    throw wrong('X-Deployment-Id', 'is an id: 1 to 128 characters of A-Z a-z 0-9 . _ : -');
  }
  return {
    idempotencyKey: parseIdempotencyKey(single(request, 'idempotency-key')),
    ifMatch: parseIfMatch(single(request, 'if-match')),
    deploymentId,
  };
};
