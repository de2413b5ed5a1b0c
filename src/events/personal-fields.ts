import { eventSchemas } from './index';
import { personalFieldsOf } from './personal';
import type { PersonalField } from './personal';

/** By event type; most types have none, and are not in it. */
export const personalFields: ReadonlyMap<string, readonly PersonalField[]> = new Map(
  Object.entries(eventSchemas)
    .map(([type, schema]) => [type, personalFieldsOf(schema)] as const)
    .filter(([, fields]) => fields.length > 0),
);

/** A value that somebody wrote, or that is about somebody. */
export interface PersonalValue {
  readonly path: readonly string[];
  readonly subject: string;
  readonly value: unknown;
}

const none: readonly PersonalValue[] = [];

const at = (data: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (value, name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name],
    data,
  );

const saysNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (typeof value === 'object' && Object.keys(value).length === 0);

/** What of an event's data is personal, sealed or not. */
export const personalValuesOf = (type: string, data: unknown): readonly PersonalValue[] => {
  const fields = personalFields.get(type);
  if (fields === undefined) return none;
  const values: PersonalValue[] = [];
  for (const { path, subject } of fields) {
    const name = at(data, subject);
    if (typeof name !== 'string') continue;
    const value = at(data, path);
    if (!saysNothing(value)) values.push({ path, subject: name, value });
  }
  return values;
};

/** `data` with another value at `path`; it itself stays as it is. */
export const withValue = (data: unknown, path: readonly string[], value: unknown): unknown => {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  const fields = data as Readonly<Record<string, unknown>>;
  return { ...fields, [name]: withValue(fields[name], rest, value) };
};
