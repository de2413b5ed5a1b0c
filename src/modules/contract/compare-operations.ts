import { compareSchemas } from './compare-schemas';
import type { Comparison, Direction } from './compare-schemas';
import { mismatch } from './mismatch';
import type { Mismatch, Place } from './mismatch';
import { nearestName } from './nearest-name';
import type { Content, OpenApiDocument, Operation, Parameter } from './openapi-document';

/** Headers that OpenAPI leaves to the other parts of a document, or that concern nobody's contract. */
const ignoredHeaders = new Set(['accept', 'authorization', 'content-type', 'user-agent']);

const nameOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string =>
  `${method} ${path}`;

/** How parameters in a path are named is nobody's business. */
const unnamed = (path: string): string => path.replace(/\{[^}]*\}/g, '{}');

/** Whether a path is one of those that a template stands for: `/a/1` of `/a/{}`. */
const isOne = (path: string, template: string): boolean => {
  const [steps, places] = [path.split('/'), unnamed(template).split('/')];
  return (
    steps.length === places.length &&
    places.every((place, index) => place === '{}' || place === steps[index])
  );
};

const found = (
  { method, path }: Operation,
  { operations }: OpenApiDocument,
): Operation | undefined => {
  const own = operations.filter((operation) => operation.method === method);
  return (
    own.find((other) => unnamed(other.path) === unnamed(path)) ??
    own.find((other) => isOne(unnamed(path), other.path))
  );
};

const missing = (operation: Operation, { operations }: OpenApiDocument): Mismatch => {
  const place: Place = { operation: nameOf(operation), part: '', path: '' };
  const methods = operations
    .filter((other) => unnamed(other.path) === unnamed(operation.path))
    .map(({ method }) => method);
  if (methods.length > 0) {
    const message = `the server has no ${operation.method} here, but ${methods.join(', ')}`;
    return mismatch(place, 'operation', message, `${methods[0] ?? ''} ${operation.path}`);
  }
  const paths = operations
    .filter(({ method }) => method === operation.method)
    .map(({ path }) => path);
  const guess = nearestName(operation.path, paths);
  const named = guess === undefined ? undefined : `${operation.method} ${guess}`;
  return mismatch(place, 'operation', 'the server has no such operation', named);
};

const key = ({ in: where, name }: Parameter): string =>
  `${where} ${where === 'header' ? name.toLowerCase() : name}`;

const parameterMismatches = (
  comparison: Comparison,
  expected: Operation,
  offered: Operation,
): Mismatch[] => {
  const operation = nameOf(expected);
  const isCompared = ({ in: where, name }: Parameter): boolean =>
    where !== 'path' && !(where === 'header' && ignoredHeaders.has(name.toLowerCase()));
  const known = new Map(offered.parameters.map((parameter) => [key(parameter), parameter]));
  const sent = expected.parameters.filter(isCompared);
  const unknown = sent.flatMap((parameter) => {
    const { in: where, name, schema } = parameter;
    const place: Place = { operation, part: `${where} parameter`, path: name };
    const other = known.get(key(parameter));
    if (other !== undefined) return compareSchemas(comparison, schema, other.schema, 'sent', place);
    const names = offered.parameters.flatMap((one) => (one.in === where ? [one.name] : []));
    const message = 'the server knows no such parameter';
    return [mismatch(place, 'parameter', message, nearestName(name, names))];
  });
  const required = new Set(sent.flatMap((one) => (one.required ? [key(one)] : [])));
  const renamed = new Set(unknown.map((one) => one.nearest));
  const needed = offered.parameters
    .filter((one) => one.required && isCompared(one))
    .filter((one) => !required.has(key(one)) && !renamed.has(one.name))
    .map(({ in: where, name }) => {
      const place: Place = { operation, part: `${where} parameter`, path: name };
      return mismatch(place, 'required', 'is required by the server and may be left out');
    });
  return [...unknown, ...needed];
};

/** The schema for a media type, or for one of those that `application/*` stands for. */
const schemaFor = (content: Content, type: string): ReturnType<Content['get']> => {
  const pattern = type.split('/');
  const name = [...content.keys()].find((own) => {
    const parts = own.split('/');
    return [0, 1].every((at) => [parts[at], '*'].includes(pattern[at]) || parts[at] === '*');
  });
  return name === undefined ? undefined : content.get(name);
};

const contentMismatches = (
  comparison: Comparison,
  expected: Content,
  offered: Content,
  direction: Direction,
  place: Place,
): Mismatch[] =>
  [...expected].flatMap(([type, schema]) => {
    const own = schemaFor(offered, type);
    if (own !== undefined) return compareSchemas(comparison, schema, own, direction, place);
    const types = [...offered.keys()];
    const verb = direction === 'sent' ? 'takes' : 'answers';
    const message = `the server ${verb} ${types.join(', ') || 'nothing'}, not ${type}`;
    return [mismatch(place, 'media-type', message, nearestName(type, types))];
  });

const bodyMismatches = (
  comparison: Comparison,
  { body: expected, ...operation }: Operation,
  { body: offered }: Operation,
): Mismatch[] => {
  const place: Place = { operation: nameOf(operation), part: 'request body', path: '' };
  if (expected === null) {
    if (offered?.required !== true) return [];
    return [mismatch(place, 'required', 'is required by the server and is not sent')];
  }
  if (offered === null) return [mismatch(place, 'field', 'the server reads no body here')];
  return contentMismatches(comparison, expected.content, offered.content, 'sent', place);
};

const isSuccess = (status: string): boolean => status.startsWith('2');

const responseMismatches = (
  comparison: Comparison,
  expected: Operation,
  offered: Operation,
): Mismatch[] =>
  [...expected.responses].flatMap(([status, content]) => {
    const place: Place = {
      operation: nameOf(expected),
      part: `response ${status}`,
      path: '',
    };
    const own =
      offered.responses.get(status) ??
      offered.responses.get(`${status.slice(0, 1)}XX`) ??
      offered.responses.get('DEFAULT');
    if (own !== undefined) return contentMismatches(comparison, content, own, 'read', place);
    if (!comparison.strict && !isSuccess(status)) return []; // a consumer may be careful
    const statuses = [...offered.responses.keys()];
    const alike = statuses.find((other) => other.startsWith(status.slice(0, 1)));
    const message = `the server does not answer ${status}, but ${statuses.join(', ')}`;
    return [mismatch(place, 'status', message, alike)];
  });

/**
 * What of the operations and fields that `expected` names is not offered: none where a consumer that
 * keeps to the one document gets on with a server that keeps to the other.
 *
 * @throws NotOpenApi where a reference of either leads nowhere.
 */
export const compareContracts = (
  expected: OpenApiDocument,
  offered: OpenApiDocument,
  { strict }: { readonly strict: boolean },
): Mismatch[] => {
  const comparison: Comparison = { expected, offered, strict };
  return expected.operations.flatMap((operation) => {
    const own = found(operation, offered);
    if (own === undefined) return [missing(operation, offered)];
    return [
      ...parameterMismatches(comparison, operation, own),
      ...bodyMismatches(comparison, operation, own),
      ...responseMismatches(comparison, operation, own),
    ];
  });
};
