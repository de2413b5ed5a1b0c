import type { z } from 'zod';
import { unknownName } from './known-names';
import { Problem } from './problem';
import { storageFaults } from './storable';
import type { Fault } from './problem';

/** The names of the fields of the object schema found at `path` within `schema`. */
const fieldsAt = (schema: z.ZodType, path: readonly PropertyKey[]): string[] => {
  let at = schema as { shape?: Record<string, z.ZodType>; unwrap?: () => z.ZodType };
  for (const step of [...path, null]) {
    while (at.shape === undefined && at.unwrap !== undefined) at = at.unwrap() as typeof at;
    if (step !== null) at = (at.shape?.[String(step)] ?? {}) as typeof at;
  }
  return Object.keys(at.shape ?? {});
};

const faultsOf = (schema: z.ZodType, issue: z.core.$ZodIssue): Fault[] => {
  if (issue.code === 'unrecognized_keys') {
    const known = fieldsAt(schema, issue.path);
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      message: unknownName('field', key, known),
    }));
  }
  const path = issue.path.join('.');
  if (
    issue.code === 'invalid_type' &&
    issue.input === undefined &&
    issue.message.endsWith('undefined')
  ) {
    const what = issue.expected === 'nonoptional' ? '' : ` (${issue.expected})`;
    return [{ path, message: path === '' ? `a body is required${what}` : `is required${what}` }];
  }
  return [{ path, message: issue.message }];
};

/** Every fault of an input that `schema` did not take. */
export const faultsIn = (schema: z.ZodType, error: z.ZodError): Fault[] =>
  error.issues.flatMap((issue) => faultsOf(schema, issue));

/** Every fault of an input at once, as a 400. */
export const malformed = (errors: readonly Fault[]): Problem => {
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
  return new Problem(400, 'malformed', detail.join('; '), { errors });
};

/**
 * Checks the body of a request, whose texts the database has to be able to hold, against `schema`.
 *
 * @param around What is wrong around the body, such as in headers: it is told with the rest.
 * @throws Problem 400 with every fault.
 */
export const parseBody = <Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  around: readonly Fault[] = [],
): z.output<Schema> => {
  const unstorable = storageFaults(body);
  if (unstorable.length > 0) throw malformed([...around, ...unstorable]);
  return parseInput(schema, body, around);
};

/**
 * Checks `input` against `schema`.
 *
 * @param around As for `parseBody`.
 * @throws Problem 400 with every fault.
 */
export const parseInput = <Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  around: readonly Fault[] = [],
): z.output<Schema> => {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw malformed([...around, ...faultsIn(schema, parsed.error)]);
  if (around.length > 0) throw malformed(around);
  return parsed.data;
};
