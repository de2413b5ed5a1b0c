import type { DomainEvent } from '../../events';
import { personalFields, personalValuesOf, withValue } from '../../events/personal-fields';
import { isSealed, sealedForm } from '../../events/sealed-value';
import type { KeyName, Sealed } from '../../events/sealed-value';
import { decrypt, encrypt } from './cipher';

/** A ciphertext is bound to whose it is, and to the stream, the type and the field that it was made for. */
const boundTo = (stream: string, { key, place }: Omit<Sealed, 'ciphertext'>): string =>
  `${key.subject}/${String(key.generation)}\n${stream}\n${place}`;

/** Whose keys it takes to record an event; mostly nobody's. */
export const subjectsOf = ({ type, data }: DomainEvent): readonly string[] =>
  personalFields.has(type)
    ? personalValuesOf(type, data)
        .filter(({ value }) => !isSealed(value))
        .map(({ subject }) => subject)
    : [];

/**
 * An event as it is recorded: what is personal is sealed. What is sealed already stays so: a decision
 * takes it from an earlier event of its stream, where it is bound to.
 */
export const sealedEvent = (
  stream: string,
  event: DomainEvent,
  keyOf: (subject: string) => KeyName & { readonly secret: Buffer },
): DomainEvent => {
  const values = personalValuesOf(event.type, event.data).filter(({ value }) => !isSealed(value));
  if (values.length === 0) return event;
  const data = values.reduce<unknown>((before, { path, subject, value }) => {
    const { generation, secret } = keyOf(subject);
    const where = { key: { subject, generation }, place: [event.type, ...path].join('.') };
    const plain = Buffer.from(JSON.stringify(value));
    const ciphertext = encrypt(secret, plain, boundTo(stream, where)).toString('base64url');
    return withValue(before, path, sealedForm(value, { ...where, ciphertext }));
  }, event.data);
  return { ...event, data } as DomainEvent;
};

/** What was sealed in a stream; undefined where it is not of this stream, or is forged. */
export const openedValue = (
  stream: string,
  sealed: Sealed,
  secret: Buffer,
): { readonly value: unknown } | undefined => {
  const ciphertext = Buffer.from(sealed.ciphertext, 'base64url');
  const plain = decrypt(secret, ciphertext, boundTo(stream, sealed));
  return plain === null ? undefined : { value: JSON.parse(plain.toString()) as unknown };
};
