/*
 * The form of personal values in data that is recorded. A text is replaced by a text, anything else by
 * an object, so that what is sealed or forgotten is of the field's schema still:
 *
 *   "well done"      -> "{sealed/1/ann/0/DeploymentSignedOff.comment/<ciphertext>}"  -> "[forgotten]"
 *   {"prompt": "v3"} -> {"sealed": "{sealed/1/...}"}                                  -> {"forgotten": true}
 *
 * Folds take such a text for any other, also into longer ones: it is found wherever it stands.
 */

/** A key of a person's: each time they are forgotten the next generation begins. */
export interface KeyName {
  readonly subject: string;
  readonly generation: number;
}

/** What was sealed, and where it was when it was. */
export interface Sealed {
  readonly key: KeyName;
  /** `<event type>.<field>`. */
  readonly place: string;
  /** base64url. */
  readonly ciphertext: string;
}

/** What comes of a sealed value: its plain one, the fact that it is forgotten, or it stays sealed. */
export type Revelation =
  | { readonly kind: 'plain'; readonly value: unknown }
  | { readonly kind: 'forgotten' }
  | { readonly kind: 'kept' };

export const forgottenText = '[forgotten]';
const forgottenObject = { forgotten: true } as const;

const beginning = '{sealed/1/';
const pattern =
  /\{sealed\/1\/([A-Za-z0-9._:-]{1,128})\/(\d{1,9})\/([A-Za-z]+(?:\.[A-Za-z]+)+)\/([A-Za-z0-9_-]+)\}/g;

/** A text that has none of these is told from the others without a look at its structure. */
export const maySeal = (text: string): boolean => text.includes(beginning);

const textOf = ({ key, place, ciphertext }: Sealed): string =>
  `${beginning}${key.subject}/${String(key.generation)}/${place}/${ciphertext}}`;

const sealedOf = ([, subject = '', generation = '', place = '', ciphertext = '']: readonly (
  string | undefined
)[]): Sealed => ({ key: { subject, generation: Number(generation) }, place, ciphertext });

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The text of an object that stands for a sealed value; undefined for any other value. */
const wrapped = (value: Readonly<Record<string, unknown>>): string | undefined => {
  const { sealed, ...others } = value;
  const isSealed = typeof sealed === 'string' && sealed.startsWith(beginning);
  return isSealed && Object.keys(others).length === 0 ? sealed : undefined;
};

/** What is recorded in the place of `value`. */
export const sealedForm = (value: unknown, sealed: Sealed): unknown =>
  typeof value === 'string' ? textOf(sealed) : { sealed: textOf(sealed) };

/** Whether a value is what `sealedForm` gives. */
export const isSealed = (value: unknown): boolean => {
  const text = isObject(value) ? wrapped(value) : value;
  return typeof text === 'string' && text.startsWith(beginning) && sealedIn(text).length === 1;
};

/** Everything sealed in a value, however deep. */
export const sealedIn = (value: unknown): readonly Sealed[] => {
  if (typeof value === 'string') {
    return maySeal(value) ? [...value.matchAll(pattern)].map(sealedOf) : [];
  }
  if (Array.isArray(value)) return value.flatMap(sealedIn);
  return isObject(value) ? Object.values(value).flatMap(sealedIn) : [];
};

const revealedText = (text: string, reveal: (sealed: Sealed) => Revelation): string =>
  text.replace(pattern, (whole: string, ...groups: string[]) => {
    const found = reveal(sealedOf([whole, ...groups]));
    if (found.kind === 'kept') return whole;
    return found.kind === 'forgotten' ? forgottenText : String(found.value);
  });

const revealedObject = (text: string, reveal: (sealed: Sealed) => Revelation): unknown => {
  const [sealed] = sealedIn(text);
  const found = sealed === undefined ? { kind: 'kept' as const } : reveal(sealed);
  if (found.kind === 'kept') return { sealed: text };
  return found.kind === 'forgotten' ? forgottenObject : found.value;
};

/** A value with what becomes of everything sealed in it. */
export const revealed = (value: unknown, reveal: (sealed: Sealed) => Revelation): unknown => {
  if (typeof value === 'string') return maySeal(value) ? revealedText(value, reveal) : value;
  if (Array.isArray(value)) return value.map((item) => revealed(item, reveal));
  if (!isObject(value)) return value;
  const text = wrapped(value);
  if (text !== undefined) return revealedObject(text, reveal);
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, revealed(part, reveal)]),
  );
};
