import { z } from 'zod';

/** In the JSON schema of an event, too: there it is an extension that readers may pass over. */
const mark = 'x-personal-of';

/**
 * Says in the schema of an event that a field is personal, and whose: `subject` is the field beside it
 * that names the person. It is recorded as ciphertext, under a key of theirs; where the field beside is
 * absent or null it is nobody's, and recorded as it is. A text or an object can be personal.
 */
export const personal = <Schema extends z.ZodType>(schema: Schema, subject: string): Schema =>
  schema.meta({ [mark]: subject });

export interface PersonalField {
  /** From the data of the event to the field. */
  readonly path: readonly string[];
  /** The same to the name of the person. */
  readonly subject: readonly string[];
}

const unwrapped = (schema: unknown): unknown =>
  schema instanceof z.ZodNullable || schema instanceof z.ZodOptional
    ? unwrapped(schema.unwrap())
    : schema;

/** The personal fields of an event's schema. They may be in objects within it, and in no lists. */
export const personalFieldsOf = (
  schema: z.ZodType,
  within: readonly string[] = [],
): readonly PersonalField[] => {
  const inner = unwrapped(schema);
  if (!(inner instanceof z.ZodObject)) return [];
  return Object.entries(inner.shape as Record<string, z.ZodType>).flatMap(([name, field]) => {
    const path = [...within, name];
    const subject = field.meta()?.[mark];
    return typeof subject === 'string'
      ? [{ path, subject: [...within, subject] }]
      : personalFieldsOf(field, path);
  });
};
