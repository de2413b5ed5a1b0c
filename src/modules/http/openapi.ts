import type { INestApplication } from '@nestjs/common';
import { ApiResponse, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { catalogue } from '../command-bus/catalogue';
import type { CatalogueEntry } from '../command-bus/catalogue';
import {
  acceptedSchema,
  bulkAnswerSchema,
  bulkLineSchema,
  problemSchema,
} from './contract.schemas';
import { withComponents } from './openapi-components';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['post']>;
type Responses = Operation['responses'];

export const jsonSchema = (schema: z.ZodType, io: 'input' | 'output' = 'output'): object =>
  z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });

const content = (type: string, schema: z.ZodType, io?: 'input' | 'output'): object => ({
  content: { [type]: { schema: jsonSchema(schema, io) } },
});

/** A problem answer, for the given statuses. */
export const problems = (described: Readonly<Record<number, string>>): Responses =>
  Object.fromEntries(
    Object.entries(described).map(([status, description]) => [
      status,
      { description, ...content('application/problem+json', problemSchema) },
    ]),
  );

/** A problem that a route of its own kind may answer, besides those that every route may. */
export const ApiProblem = (status: number, description: string): MethodDecorator =>
  ApiResponse({
    status,
    description,
    content: { 'application/problem+json': { schema: jsonSchema(problemSchema) } },
  });

const header = (name: string, description: string, schema: object): object => ({
  name,
  in: 'header',
  required: false,
  description,
  schema,
});

const text = { type: 'string' };

const commandHeaders = [
  header('Idempotency-Key', 'Repeating it returns the first answer, with `duplicate: true`', text),
  header('If-Match', 'The stream version the command was decided on, in quotes', text),
  header('X-Deployment-Id', 'The deployment to record under, instead of the active one', text),
  header('X-Correlation-Id', 'Kept in the event, the answer and the logs', text),
];

const bulkKeyHeader = header(
  'Idempotency-Key',
  'Of lines without their own, with the number of the line behind it: `<key>/<line>`; 240 characters at most',
  text,
);

/** Of every route. Where traces are off nobody looks at them, and nothing is refused for what they say. */
const traceHeaders = [
  header(
    'traceparent',
    'The span of the caller (W3C Trace Context): the request goes on below it',
    text,
  ),
  header('tracestate', 'What tracing systems add to `traceparent`; passed on as it is', text),
];

const etag = {
  ETag: { description: 'The version of the stream, in quotes, as If-Match takes it', schema: text },
};

/** Of every answer below `/v1/`; problems have it in their body as well. */
const correlation = {
  'X-Correlation-Id': { description: 'As it was sent, or made here', schema: text },
};

const retry = { 'Retry-After': { description: 'Seconds', schema: { type: 'integer' } } };

/** The headers to be told of answers of these statuses. */
const byStatus: Readonly<Record<string, object>> = { 200: correlation, 429: retry, 503: retry };

const tooMany = 'Too many requests with this key: try again after Retry-After';

const commandProblems = problems({
  400: 'Malformed: every fault at once',
  401: 'No valid key',
  403: 'The key may not issue this command',
  404: 'No such stream',
  409: 'Refused by a rule; `code` is the refusal',
  412: 'If-Match did not hold',
  413: 'Body over 1 MiB',
  415: 'Not application/json',
  422: 'Idempotency-Key used before with another body',
  429: tooMany,
  503: 'Not recorded, or not known to be: try again with the same Idempotency-Key after Retry-After',
});

const commandPath = ({ name, definition, schema }: CatalogueEntry): [string, Paths[string]] => {
  const operation = {
    operationId: name,
    tags: ['commands'],
    summary: definition.summary,
    security: [{ key: [] }],
    parameters: commandHeaders,
    requestBody: { required: true, ...content('application/json', schema, 'input') },
    responses: {
      200: {
        description: 'Accepted',
        headers: etag,
        ...content('application/json', acceptedSchema),
      },
      ...commandProblems,
    },
  };
  return [`/v1/commands/${name}`, { post: operation as unknown as Operation }];
};

const bulkPath = (): [string, Paths[string]] => {
  const operation = {
    operationId: 'bulk',
    tags: ['commands'],
    summary: 'Many commands as JSON lines; one answer a line, in order, as they are recorded',
    security: [{ key: [] }],
    parameters: [bulkKeyHeader, ...commandHeaders.slice(2)],
    requestBody: { required: true, ...content('application/x-ndjson', bulkLineSchema, 'input') },
    responses: {
      200: { description: 'One line each', ...content('application/x-ndjson', bulkAnswerSchema) },
      ...problems({
        400: 'A header is malformed; a line has its own answer',
        401: 'No valid key',
        403: 'Wrong role',
        415: 'Not application/x-ndjson',
        429: tooMany,
        503: 'The server is about to stop: try again after Retry-After',
      }),
    },
  };
  return ['/v1/commands', { post: operation as unknown as Operation }];
};

/** What any route that asks for a key may answer. */
export const sharedProblems = {
  400: 'Malformed: every fault at once',
  401: 'No valid key',
  429: tooMany,
  503: 'The database is away: try again after Retry-After',
};

const bodyProblems = {
  403: 'The key may not do this',
  413: 'Body over 1 MiB',
  415: 'Not application/json',
};

/** Whether an answer can be had in more than one way. */
const isNegotiated = ({ responses }: Operation): boolean => {
  const answer = responses['200'];
  const types = answer === undefined || '$ref' in answer ? {} : (answer.content ?? {});
  return Object.keys(types).length > 1;
};

type Change = (path: string, operation: Operation, hasBody: boolean) => Operation;

/** What a route of a controller answers, with the problems that every one of its kind may. */
const withProblems: Change = (path, operation, hasBody) => {
  const may = {
    ...sharedProblems,
    ...(path.includes('{') ? { 404: 'Nothing is there' } : {}),
    ...(isNegotiated(operation) ? { 406: 'Not to be had as what Accept names' } : {}),
    ...(hasBody ? bodyProblems : {}),
  };
  return { ...operation, responses: { ...problems(may), ...operation.responses } };
};

const withTraceHeaders: Change = (_path, operation) =>
  ({ ...operation, parameters: [...(operation.parameters ?? []), ...traceHeaders] }) as Operation;

interface Headed {
  readonly headers?: object;
}

const withAnswerHeaders: Change = (_path, operation) => ({
  ...operation,
  responses: Object.fromEntries(
    Object.entries(operation.responses).map(([status, answer]) => {
      const due = byStatus[status];
      if (due === undefined) return [status, answer];
      return [status, { ...answer, headers: { ...due, ...(answer as Headed).headers } }];
    }),
  ) as Responses,
});

/** The same paths, with each operation below `/v1/` changed. */
const changed = (paths: Paths, change: Change): Paths =>
  Object.fromEntries(
    Object.entries(paths).map(([path, { get, post, ...item }]) => {
      if (!path.startsWith('/v1/')) return [path, paths[path] ?? item];
      const own = {
        ...(get === undefined ? {} : { get: change(path, get, false) }),
        ...(post === undefined ? {} : { post: change(path, post, true) }),
      };
      return [path, { ...item, ...own }];
    }),
  );

/** The document of the whole API: commands from their registry, the rest from its controllers. */
export const describeApi = (app: INestApplication, more: Paths = {}): OpenAPIObject => {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Flowledger')
    .setDescription('The ledger and control plane of an AI content pipeline.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'key')
    .build();
  const document = SwaggerModule.createDocument(app, config);
  const commands = Object.fromEntries([bulkPath(), ...[...catalogue.values()].map(commandPath)]);
  const paths = { ...commands, ...more, ...changed(document.paths, withProblems) };
  const told = changed(changed(paths, withTraceHeaders), withAnswerHeaders);
  return withComponents({ ...document, paths: told });
};

/**
 * Serves the document at `/openapi.json` and a page for people at `/docs`. Making it costs more than
 * the rest of a start together and most servers are never asked for it: `describe` is called by the
 * first request that needs the document, and by no other.
 */
export const serveApiDocument = (app: INestApplication, describe: () => OpenAPIObject): void => {
  SwaggerModule.setup('docs', app, describe, {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
  });
};
