import type { OpenApiDocument, Schema } from './openapi-document';

type Names = ReadonlySet<string>;

/** What a schema says of values, with references and compositions of one level worked in. */
export interface Shape {
  /** Names of JSON Schema; null for any. */
  readonly types: Names | null;
  readonly properties: ReadonlyMap<string, Schema>;
  readonly required: Names;
  /** What fields of other names are; null where there are to be none, or nothing is said of them. */
  readonly others: Schema | null;
  /** Whether fields of other names are refused. */
  readonly closed: boolean;
  readonly items: Schema | null;
  /** Every value there is, as JSON text; null where they are not listed. */
  readonly values: Names | null;
  readonly limits: ReadonlyMap<string, number>;
  readonly pattern: string | null;
}

/** Limits by keyword: whether a higher number is the tighter one. */
export const limitKeywords: Readonly<Record<string, boolean>> = {
  minimum: true,
  exclusiveMinimum: true,
  minLength: true,
  minItems: true,
  maximum: false,
  exclusiveMaximum: false,
  maxLength: false,
  maxItems: false,
};

const union = (one: Names, other: Names): Names => new Set([...one, ...other]);

const common = (one: Names, other: Names): Names =>
  new Set([...one].filter((name) => other.has(name)));

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null;

const schemasOf = (value: unknown): Schema[] =>
  Array.isArray(value) ? value.filter(isSchema) : [];

const typesOf = (schema: Schema): Set<string> | null => {
  const { type, nullable } = schema;
  const named = [type].flat().filter((name) => typeof name === 'string');
  if (named.length > 0) return new Set(nullable === true ? [...named, 'null'] : named);
  if (schema['properties'] !== undefined) return new Set(['object']);
  if (schema['items'] !== undefined) return new Set(['array']);
  return null;
};

const valuesOf = (schema: Schema): Set<string> | null => {
  if (schema['const'] !== undefined) return new Set([JSON.stringify(schema['const'])]);
  if (!Array.isArray(schema['enum'])) return null;
  return new Set(schema['enum'].map((value) => JSON.stringify(value)));
};

const ownShape = (schema: Schema): Shape => {
  const { properties, required, additionalProperties, items, pattern } = schema;
  const others = additionalProperties === true ? {} : additionalProperties;
  return {
    types: typesOf(schema),
    properties: new Map(
      Object.entries(isSchema(properties) ? properties : {}).map(([name, property]) => [
        name,
        isSchema(property) ? property : {},
      ]),
    ),
    required: new Set(Array.isArray(required) ? required.map(String) : []),
    others: isSchema(others) ? others : null,
    closed: additionalProperties === false,
    items: isSchema(items) ? items : null,
    values: valuesOf(schema),
    limits: new Map(
      Object.keys(limitKeywords).flatMap((keyword) => {
        const limit = schema[keyword];
        return typeof limit === 'number' ? [[keyword, limit] as const] : [];
      }),
    ),
    pattern: typeof pattern === 'string' ? pattern : null,
  };
};

/** Both hold at once. */
const both = (one: Shape, other: Shape): Shape => ({
  types:
    one.types !== null && other.types !== null
      ? common(one.types, other.types)
      : (one.types ?? other.types),
  properties: new Map([...one.properties, ...other.properties]),
  required: union(one.required, other.required),
  others: one.others ?? other.others,
  closed: one.closed || other.closed,
  items: one.items ?? other.items,
  values: one.values ?? other.values,
  limits: new Map([...one.limits, ...other.limits]),
  pattern: one.pattern ?? other.pattern,
});

/** Either holds: what one of them allows may come, and only what all of them need has to. */
const either = (one: Shape, other: Shape): Shape => ({
  types: one.types !== null && other.types !== null ? union(one.types, other.types) : null,
  properties: new Map([...other.properties, ...one.properties]),
  required:
    isObject(one) && isObject(other)
      ? common(one.required, other.required)
      : union(one.required, other.required),
  others: one.others ?? other.others,
  closed: one.closed && other.closed,
  items: one.items ?? other.items,
  values: unionOfValues(one, other),
  limits: new Map(),
  pattern: null,
});

const isObject = ({ types, properties }: Shape): boolean =>
  types?.has('object') ?? properties.size > 0;

/** `null` beside listed values is one more of them; anything else leaves values open. */
const unionOfValues = (one: Shape, other: Shape): Names | null => {
  const listed = ({ values, types }: Shape): Names | null =>
    values ?? (types?.size === 1 && types.has('null') ? new Set(['null']) : null);
  const [left, right] = [listed(one), listed(other)];
  return left === null || right === null ? null : union(left, right);
};

/** The shape of a schema within its document. */
export const shapeOf = ({ resolve }: Pick<OpenApiDocument, 'resolve'>, schema: Schema): Shape => {
  const under: Schema[] = [];
  const shape = (unresolved: Schema): Shape => {
    const at = resolve(unresolved);
    if (under.includes(at)) return ownShape({}); // made of itself: nothing more can be said of it
    under.push(at);
    const all = [ownShape(at), ...schemasOf(at['allOf']).map(shape)].reduce(both);
    const variants = [at['oneOf'], at['anyOf']].flatMap((given) => {
      const shapes = schemasOf(given).map(shape);
      return shapes.length === 0 ? [] : [shapes.reduce(either)];
    });
    under.pop();
    return variants.reduce(both, all);
  };
  return shape(schema);
};
