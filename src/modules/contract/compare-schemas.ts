import { mismatch, within } from './mismatch';
import type { Mismatch, Place } from './mismatch';
import { nearestName } from './nearest-name';
import type { OpenApiDocument, Schema } from './openapi-document';
import { limitKeywords, shapeOf } from './schema-shape';
import type { Shape } from './schema-shape';

/** Which way values go: `sent` by the consumer, or `read` by it. */
export type Direction = 'sent' | 'read';

/** The two documents, and how closely they are looked at. */
export interface Comparison {
  readonly expected: Pick<OpenApiDocument, 'resolve'>;
  readonly offered: Pick<OpenApiDocument, 'resolve'>;
  /**
   * What the expected document does not say counts as said: for an earlier version of the same
   * contract. A consumer's own document is read leniently: it need not repeat limits and values.
   */
  readonly strict: boolean;
}

type Pair = readonly [expected: Shape, offered: Shape];

const listed = (names: Iterable<string>): string => [...names].sort().join(' or ');

/** Whether a value of type `one` is one of `types`. */
const isAmong = (one: string, types: ReadonlySet<string>): boolean =>
  types.has(one) || (one === 'integer' && types.has('number'));

const typeMismatches = ([expected, offered]: Pair, direction: Direction, place: Place) => {
  if (expected.types === null || offered.types === null) return [];
  const [given, taken] =
    direction === 'sent' ? [expected.types, offered.types] : [offered.types, expected.types];
  const wrong = [...given].filter((type) => !isAmong(type, taken));
  if (wrong.length === 0) return [];
  const verb = direction === 'sent' ? 'takes' : 'answers';
  const message = `the server ${verb} ${listed(offered.types)}, not ${listed(expected.types)}`;
  return [mismatch(place, 'type', message)];
};

const valueMismatches = (
  [expected, offered]: Pair,
  direction: Direction,
  place: Place,
  strict: boolean,
): Mismatch[] => {
  if (offered.values === null) return [];
  const known = [...offered.values].map((text) => String(JSON.parse(text)));
  if (expected.values === null) {
    if (!strict || direction === 'read') return [];
    return [mismatch(place, 'value', `the server takes only ${known.join(', ')}`)];
  }
  const gone = [...expected.values].filter((value) => !offered.values?.has(value));
  return gone.map((text) => {
    const value = String(JSON.parse(text));
    const verb = direction === 'sent' ? 'takes' : 'answers';
    const message = `the server never ${verb} ${value}; it ${verb} ${known.join(', ')}`;
    return mismatch(place, 'value', message, nearestName(value, known));
  });
};

/** Only what is sent can break a limit; a looser one breaks nothing. */
const limitMismatches = ([expected, offered]: Pair, place: Place, strict: boolean): Mismatch[] => {
  const found = [...offered.limits].flatMap(([keyword, limit]) => {
    const before = expected.limits.get(keyword);
    if (before === undefined) {
      return strict ? [mismatch(place, 'limit', `${keyword} is now ${limit}`)] : [];
    }
    const tighter = limitKeywords[keyword] === true ? limit > before : limit < before;
    return tighter ? [mismatch(place, 'limit', `${keyword} is ${limit}, not ${before}`)] : [];
  });
  const repatterned = strict && offered.pattern !== null && offered.pattern !== expected.pattern;
  return repatterned
    ? [...found, mismatch(place, 'limit', `has to match ${offered.pattern}`)]
    : found;
};

const unknownField = (
  name: string,
  { properties, closed }: Shape,
  direction: Direction,
  place: Place,
): Mismatch => {
  const guess = nearestName(name, [...properties.keys()]);
  const refusal = closed ? 'the server refuses it' : 'the server does not read it';
  const message = direction === 'sent' ? refusal : 'the server does not answer it';
  return mismatch(place, 'field', message, guess);
};

const requiredMismatches = (
  [expected, offered]: Pair,
  direction: Direction,
  place: Place,
  renamed: ReadonlySet<string | null>,
): Mismatch[] => {
  if (direction === 'sent') {
    return [...offered.required]
      .filter((name) => !expected.required.has(name) && !renamed.has(name))
      .map((name) => {
        const missing = expected.properties.has(name) ? 'may be left out' : 'is not sent';
        const message = `is required by the server and ${missing}`;
        return mismatch(within(place, name), 'required', message);
      });
  }
  return [...expected.required]
    .filter((name) => offered.properties.has(name) && !offered.required.has(name))
    .map((name) =>
      mismatch(within(place, name), 'required', 'may be absent from the server’s answer'),
    );
};

/**
 * What of `expected` a value of `offered` does not keep, down to the last field. Fields that only
 * the server knows are no mismatch, unless it requires them.
 */
export const compareSchemas = (
  comparison: Comparison,
  expectedSchema: Schema,
  offeredSchema: Schema,
  direction: Direction,
  start: Place,
): Mismatch[] => {
  const under: (readonly [Schema, Schema])[] = [];

  const compare = (expected: Schema, offered: Schema, place: Place): Mismatch[] => {
    const resolved = [
      comparison.expected.resolve(expected),
      comparison.offered.resolve(offered),
    ] as const;
    const seen = under.some(([one, other]) => one === resolved[0] && other === resolved[1]);
    if (seen) return []; // within themselves: compared where they begin
    under.push(resolved);
    const pair = [
      shapeOf(comparison.expected, expected),
      shapeOf(comparison.offered, offered),
    ] as const;
    const types = typeMismatches(pair, direction, place);
    const found = types.length > 0 ? types : inside(pair, place);
    under.pop();
    return found;
  };

  const inside = (pair: Pair, place: Place): Mismatch[] => {
    const [expected, offered] = pair;
    const unknown: Mismatch[] = [];
    const known = [...expected.properties].flatMap(([name, property]) => {
      const own = offered.properties.get(name) ?? offered.others;
      const at = within(place, name);
      if (own !== null) return compare(property, own, at);
      const isFree = offered.types === null || (!offered.closed && offered.properties.size === 0);
      if (!isFree) unknown.push(unknownField(name, offered, direction, at));
      return [];
    });
    const renamed = new Set(unknown.map(({ nearest: name }) => name));
    return [
      ...unknown,
      ...known,
      ...requiredMismatches(pair, direction, place, renamed),
      ...valueMismatches(pair, direction, place, comparison.strict),
      ...(direction === 'sent' ? limitMismatches(pair, place, comparison.strict) : []),
      ...(expected.items !== null && offered.items !== null
        ? compare(expected.items, offered.items, within(place, '[]'))
        : []),
      ...(expected.others !== null && offered.others !== null
        ? compare(expected.others, offered.others, within(place, '*'))
        : []),
    ];
  };

  return compare(expectedSchema, offeredSchema, start);
};
