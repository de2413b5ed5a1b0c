import type { OpenAPIObject } from '@nestjs/swagger';

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Formats say it all; the patterns that come with them are unreadable. */
const formatsWithPattern = new Set(['date', 'date-time', 'uuid']);

/** Whether a keyword of a schema tells a reader of the API nothing. */
const isNoise = (keyword: string, value: unknown, schema: Json, answered: boolean): boolean => {
  if (keyword === '$schema' || keyword === '$defs') return true;
  if (keyword === 'pattern') return formatsWithPattern.has(String(schema['format']));
  if (keyword === 'minimum' || keyword === 'maximum') {
    return typeof value === 'number' && Math.abs(value) === Number.MAX_SAFE_INTEGER;
  }
  // Fields may be added to answers: nobody is to be told that there are none.
  return keyword === 'additionalProperties' && value === false && answered;
};

/** Values made of themselves have no name of their own in their schema. */
const nameOf = (name: string): string => (name.startsWith('__schema') ? 'JsonValue' : name);

/**
 * The document with its shared schemas as components. Generators put them into `$defs` of each schema
 * that needs them, where references from the root of a document cannot find them.
 *
 * @throws Error for two schemas of one name.
 */
export const withComponents = (document: OpenAPIObject): OpenAPIObject => {
  const schemas: Record<string, unknown> = {};
  const sources = new Map<string, string>();

  const keep = (name: string, schema: unknown): void => {
    schemas[name] = {}; // its own references come back here
    schemas[name] = rewritten(schema, true);
  };

  const keepOnce = (name: string, schema: unknown): void => {
    const source = JSON.stringify(schema).replace(/__schema\d+/g, nameOf); // they are numbered
    const before = sources.get(name);
    if (before === source) return;
    if (before !== undefined) throw new Error(`two schemas are called ${name}: give one an id`);
    sources.set(name, source);
    keep(name, schema);
  };

  const rewritten = (value: unknown, answered: boolean): unknown => {
    if (Array.isArray(value)) return value.map((item) => rewritten(item, answered));
    if (!isObject(value)) return value;
    for (const [name, schema] of Object.entries(isObject(value['$defs']) ? value['$defs'] : {})) {
      keepOnce(nameOf(name), schema);
    }
    const reference = value['$ref'];
    if (typeof reference === 'string') {
      return { $ref: `#/components/schemas/${nameOf(reference.split('/').pop() ?? '')}` };
    }
    return Object.fromEntries(
      Object.entries(value)
        .filter(([keyword, inner]) => !isNoise(keyword, inner, value, answered))
        .map(([keyword, inner]) => [
          keyword,
          rewritten(inner, answered || keyword === 'responses'),
        ]),
    );
  };

  const paths = rewritten(document.paths, false) as OpenAPIObject['paths'];
  for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
    if (!(nameOf(name) in schemas)) keep(nameOf(name), schema);
  }
  const components = { ...document.components, schemas } as NonNullable<
    OpenAPIObject['components']
  >;
  return { ...document, paths, components };
};
