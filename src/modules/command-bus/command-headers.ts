import type { FastifyRequest } from 'fastify';
import { idSchema } from '../../commands/fields';
import type { Fault } from '../http/problem';

export const ifMatchRule = 'is a stream version in quotes, such as "3"';

/** The version that `"3"` names; undefined where it names none. */
export const versionIn = (value: string | number): number | undefined => {
  const [, version] = /^"?(\d{1,9})"?$/.exec(String(value)) ?? [];
  return version === undefined ? undefined : Number(version);
};

export const idempotencyKeyRule = 'is 1 to 256 printable ASCII characters without spaces';

export const isIdempotencyKey = (text: string): boolean => /^[\x21-\x7e]{1,256}$/.test(text);

const single = (request: FastifyRequest, header: string): string | null => {
  const value = request.headers[header.toLowerCase()];
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join(',') : value;
};

/** What a request says about a command, or a style query, around its body. */
interface Envelope {
  readonly idempotencyKey: string | null;
  readonly ifMatch: number | null;
  readonly deploymentId: string | null;
  /** What is wrong with it; what a wrong header was to say is null. */
  readonly faults: readonly Fault[];
}

const asItIs =
  (holds: (text: string) => boolean) =>
  (text: string): string | undefined =>
    holds(text) ? text : undefined;

export const envelopeOf = (request: FastifyRequest): Envelope => {
  // Whoever adds `?dryRun=true` to a command must not find it carried out.
  const faults: Fault[] = Object.keys(request.query as object).map((path) => ({
    path,
    message: 'is taken in the body, not in the address',
  }));
  const read = <T>(header: string, take: (text: string) => T | undefined, rule: string) => {
    const text = single(request, header);
    if (text === null) return null;
    const value = take(text);
    if (value === undefined) faults.push({ path: header, message: rule });
    return value ?? null;
  };
  const isId = (text: string): boolean => idSchema.safeParse(text).success;
  return {
    idempotencyKey: read('Idempotency-Key', asItIs(isIdempotencyKey), idempotencyKeyRule),
    ifMatch: read('If-Match', versionIn, ifMatchRule),
    deploymentId: read(
      'X-Deployment-Id',
      asItIs(isId),
      'is an id: 1 to 128 characters of A-Z a-z 0-9 . _ : -',
    ),
    faults,
  };
};

/** Room for the number of a line behind it. */
const longestBulkKey = 240;

/** The key of a line that names none, where the whole request has one. */
export const keyOfLine = (key: string | null, line: number): string | null =>
  key === null ? null : `${key}/${String(line)}`;

/** As `envelopeOf`, for a request of many commands: what version one expects is said on its line. */
export const bulkEnvelopeOf = (
  request: FastifyRequest,
): Pick<Envelope, 'idempotencyKey' | 'deploymentId' | 'faults'> => {
  const { idempotencyKey, deploymentId, faults } = envelopeOf(request);
  const misplaced =
    single(request, 'If-Match') === null
      ? []
      : [{ path: 'If-Match', message: 'is said on each line here, as ifMatch' }];
  const tooLong =
    (idempotencyKey ?? '').length > longestBulkKey
      ? [{ path: 'Idempotency-Key', message: `may be ${String(longestBulkKey)} characters here` }]
      : [];
  const others = faults.filter(({ path }) => path !== 'If-Match');
  return { idempotencyKey, deploymentId, faults: [...misplaced, ...tooLong, ...others] };
};
