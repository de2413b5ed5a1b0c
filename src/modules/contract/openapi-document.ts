import { z } from 'zod';

/** An object of JSON Schema, as it stands in a document. */
export type Schema = Readonly<Record<string, unknown>>;

/** Schemas by media type, without parameters such as the charset. */
export type Content = ReadonlyMap<string, Schema>;

export interface Parameter {
  readonly in: 'path' | 'query' | 'header' | 'cookie';
  readonly name: string;
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly required: boolean; readonly content: Content } | null;
  readonly responses: ReadonlyMap<string, Content>;
}

/** An OpenAPI 3 document, as far as two of them are compared. */
export interface OpenApiDocument {
  readonly operations: readonly Operation[];
  /** What a schema refers to, or the schema itself. */
  readonly resolve: (schema: Schema) => Schema;
}

/** The content is no OpenAPI 3 document; the message says what is wrong and where. */
export class NotOpenApi extends Error {}

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

const record = z.record(z.string(), z.unknown());
const media = z.record(z.string(), z.looseObject({ schema: record.optional() }));
const parameterShape = z.looseObject({
  in: z.enum(['path', 'query', 'header', 'cookie']),
  name: z.string(),
  required: z.boolean().default(false),
  schema: record.default({}),
});
const bodyShape = z.looseObject({
  required: z.boolean().default(false),
  content: media.default({}),
});
const responseShape = z.looseObject({ content: media.default({}) });
const operationShape = z.looseObject({
  parameters: z.array(record).default([]),
  requestBody: record.optional(),
  responses: z.record(z.string(), record).default({}),
});
const documentShape = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), record),
  servers: z.array(z.looseObject({ url: z.string() })).optional(),
});

const versionFault = (content: unknown): string | undefined => {
  const { openapi, swagger } = Object(content) as { openapi?: unknown; swagger?: unknown };
  if (openapi === undefined && swagger !== undefined) {
    return `it is of Swagger ${JSON.stringify(swagger)}: convert it to OpenAPI 3`;
  }
  if (openapi === undefined) return 'it has no "openapi": "3..."';
  const known = typeof openapi === 'string' && /^3\.\d/.test(openapi);
  return known ? undefined : `it is of OpenAPI ${JSON.stringify(openapi)}, not of 3`;
};

const parsed = <S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = [where, ...(issue?.path ?? [])].filter((step) => step !== '').join(' > ');
  throw new NotOpenApi(`${path === '' ? 'the document' : path}: ${issue?.message ?? 'malformed'}`);
};

/** A reference is part of a URL; one that is written as if it were none is taken as it stands. */
const decoded = (step: string): string => {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
};

const referred = (root: unknown, reference: string): unknown => {
  const steps = reference
    .slice(2)
    .split('/')
    .map((step) => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~'));
  return steps.reduce<unknown>(
    (at, step) => (Object.hasOwn(Object(at) as object, step) ? (at as Schema)[step] : undefined),
    root,
  );
};

const resolverOf =
  (root: unknown) =>
  (schema: Schema): Schema => {
    let at = schema;
    for (const seen = new Set<string>(); typeof at['$ref'] === 'string';) {
      const reference = at['$ref'];
      if (!reference.startsWith('#/')) {
        throw new NotOpenApi(`${reference} lies outside the document: bundle it into one file`);
      }
      if (seen.has(reference)) throw new NotOpenApi(`${reference} refers to itself`);
      seen.add(reference);
      const target = referred(root, reference);
      if (typeof target !== 'object' || target === null) {
        throw new NotOpenApi(`${reference} refers to nothing`);
      }
      at = target as Schema;
    }
    return at;
  };

const contentOf = (content: z.output<typeof media>): Content =>
  new Map(
    Object.entries(content).map(([type, { schema = {} }]) => [
      (type.split(';')[0] ?? '').trim().toLowerCase(),
      schema,
    ]),
  );

/** The path of the first server, below which the paths of a document stand. */
const basePath = (servers: readonly { readonly url: string }[] | undefined): string => {
  const url = servers?.[0]?.url ?? '/';
  if (!URL.canParse(url, 'http://localhost')) return '';
  return new URL(url, 'http://localhost').pathname.replace(/\/+$/, '');
};

/**
 * The operations of an OpenAPI 3.0 or 3.1 document that was parsed before.
 *
 * @throws NotOpenApi
 */
export const readOpenApi = (content: unknown): OpenApiDocument => {
  const fault = versionFault(content);
  if (fault !== undefined) throw new NotOpenApi(fault);
  const { paths, servers } = parsed(documentShape, content, '');
  const resolve = resolverOf(content);
  const base = basePath(servers);
  const operations = Object.entries(paths).flatMap(([path, unresolved]) => {
    const item = resolve(unresolved);
    const shared = parsed(z.array(record).default([]), item['parameters'], `${path} > parameters`);
    return methods.flatMap((method): Operation[] => {
      if (item[method] === undefined) return [];
      const where = `${method.toUpperCase()} ${path}`;
      const raw = parsed(operationShape, item[method], where);
      const parameters = [...shared, ...raw.parameters].map((parameter) =>
        parsed(parameterShape, resolve(parameter), `${where} > parameters`),
      );
      const body =
        raw.requestBody === undefined
          ? null
          : parsed(bodyShape, resolve(raw.requestBody), `${where} > requestBody`);
      const responses = Object.entries(raw.responses).map(([status, response]) => {
        const shape = parsed(responseShape, resolve(response), `${where} > ${status}`);
        return [status.toUpperCase(), contentOf(shape.content)] as const;
      });
      return [
        {
          method: method.toUpperCase(),
          path: (base + path).replace(/(?<=.)\/+$/, ''),
          parameters,
          body: body && { required: body.required, content: contentOf(body.content) },
          responses: new Map(responses),
        },
      ];
    });
  });
  return { operations, resolve };
};
