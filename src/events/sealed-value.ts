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

/** The name of a key as one text: `ann/0`. */
export const textOfKey = ({ subject, generation }: KeyName): string =>
  `${subject}/${String(generation)}`;

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

const forgottenText = '[forgotten]';
const forgottenObject = { forgotten: true } as const;

const beginning = '{sealed/1/';
const pattern =
  /\{sealed\/1\/([A-Za-z0-9._:-]{1,128})\/(\d{1,9})\/([A-Za-z]+(?:\.[A-Za-z]+)+)\/([A-Za-z0-9_-]+)\}/g;

/** A text that has none of these is told from the others without a look at its structure. */
export const maySeal = (text: string): boolean => text.includes(beginning);

const textOf = ({ key, place, ciphertext }: Sealed): string =>
  `${beginning}${textOfKey(key)}/${place}/${ciphertext}}`;

const sealedOf = ([, subject = '', generation = '', place = '', ciphertext = '']: readonly (
  string | undefined
)[]): Sealed => ({ key: { subject, generation: Number(generation) }, place, ciphertext });

const sealedInText = (text: string): readonly Sealed[] =>
  maySeal(text) ? [...text.matchAll(pattern)].map(sealedOf) : [];

/** What a text is that is one sealed value and nothing else. */
const sealedWhole = (text: string): Sealed | undefined => {
  const [sealed] = sealedInText(text);
  return sealed !== undefined && textOf(sealed) === text ? sealed : undefined;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an object stands for; undefined for one that is nothing but itself. */
const sealedIs = (value: Readonly<Record<string, unknown>>): Sealed | undefined => {
  const { sealed, ...others } = value;
  const isAlone = typeof sealed === 'string' && Object.keys(others).length === 0;
  return isAlone ? sealedWhole(sealed) : undefined;
};

/** What is recorded in the place of `value`. */
export const sealedForm = (value: unknown, sealed: Sealed): unknown =>
  typeof value === 'string' ? textOf(sealed) : { sealed: textOf(sealed) };

/** Whether a value is what `sealedForm` gives. */
export const isSealed = (value: unknown): boolean => {
  if (typeof value === 'string') return sealedWhole(value) !== undefined;
  return isObject(value) && sealedIs(value) !== undefined;
};

/** Everything sealed in a value, however deep. */
export const sealedIn = (value: unknown): readonly Sealed[] => {
  if (typeof value === 'string') return sealedInText(value);
  if (Array.isArray(value)) return value.flatMap(sealedIn);
  return isObject(value) ? Object.values(value).flatMap(sealedIn) : [];
};

const revealedText = (text: string, reveal: (sealed: Sealed) => Revelation): string =>
  text.replace(pattern, (whole: string, ...groups: string[]) => {
    const found = reveal(sealedOf([whole, ...groups]));
    if (found.kind === 'kept') return whole;
    return found.kind === 'forgotten' ? forgottenText : String(found.value);
  });

const revealedObject = (
  value: unknown,
  sealed: Sealed,
  reveal: (sealed: Sealed) => Revelation,
): unknown => {
  const found = reveal(sealed);
  if (found.kind === 'kept') return value;
  return found.kind === 'forgotten' ? forgottenObject : found.value;
};

/** A value with what becomes of everything sealed in it. */
export const revealed = (value: unknown, reveal: (sealed: Sealed) => Revelation): unknown => {
  if (typeof value === 'string') return maySeal(value) ? revealedText(value, reveal) : value;
  if (Array.isArray(value)) return value.map((item) => revealed(item, reveal));
  if (!isObject(value)) return value;
  const sealed = sealedIs(value);
  if (sealed !== undefined) return revealedObject(value, sealed, reveal);
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, revealed(part, reveal)]),
  );
};
