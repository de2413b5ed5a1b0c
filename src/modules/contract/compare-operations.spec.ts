import { compareContracts } from './compare-operations';
import { readOpenApi } from './openapi-document';

type Json = Readonly<Record<string, unknown>>;

const json = (schema: Json) => ({ content: { 'application/json': { schema } } });
const object = (properties: Json, required: readonly string[] = [], more: Json = {}): Json => ({
  type: 'object',
  properties,
  required,
  ...more,
});
const string: Json = { type: 'string' };
const integer: Json = { type: 'integer' };
const number: Json = { type: 'number' };

const documentOf = (paths: Json, schemas: Json = {}, more: Json = {}) =>
  readOpenApi({ openapi: '3.1.0', paths, components: { schemas }, ...more });

/** One POST that sends the one schema and answers the other. */
const posting = (sent: Json | null, read: Json = {}, schemas: Json = {}) =>
  documentOf(
    {
      '/calls': {
        post: {
          ...(sent === null ? {} : { requestBody: { required: true, ...json(sent) } }),
          responses: { 200: json(read) },
        },
      },
    },
    schemas,
  );

const compared = (
  expected: ReturnType<typeof documentOf>,
  offered: ReturnType<typeof documentOf>,
  strict = false,
) =>
  compareContracts(expected, offered, { strict }).map(({ operation, place, kind, nearest }) =>
    [operation.replace('POST /calls', '').trim(), place, kind, nearest].filter(
      (part) => part !== null && part !== '',
    ),
  );

const call = object({ executionId: string, inputTokens: integer }, ['executionId'], {
  additionalProperties: false,
});

describe('operations', () => {
  const server = documentOf({
    '/v1/commands/start-execution': { post: {} },
    '/v1/projections/{name}': { get: {} },
    '/v1/streams/{stream}': { get: {}, delete: {} },
  });
  const expecting = (path: string, method = 'get', more: Json = {}) =>
    documentOf({ [path]: { [method]: {} } }, {}, more);

  test.each([
    ['/v1/projections/{projection}', 'get'],
    ['/v1/projections/roi-totals', 'get'],
    ['/v1/commands/start-execution/', 'post'],
  ])('%s is offered', (path, method) => {
    expect(compared(expecting(path, method), server)).toEqual([]);
  });

  test('paths stand below the path of the first server', () => {
    const base = { servers: [{ url: 'https://example.org/v1' }] };
    expect(compared(expecting('/projections/{name}', 'get', base), server)).toEqual([]);
  });

  test.each([
    ['/v1/commands/startExecution', 'post', 'POST /v1/commands/start-execution'],
    ['/v1/command/start-execution', 'post', 'POST /v1/commands/start-execution'],
    ['/v1/streams/{id}', 'put', 'GET /v1/streams/{id}'],
  ])('%s is missing, and the nearest is named', (path, method, nearest) => {
    expect(compared(expecting(path, method), server)).toEqual([
      [`${method.toUpperCase()} ${path}`, 'operation', nearest],
    ]);
  });

  test('what only the server has is no mismatch', () => {
    expect(compared(documentOf({}), server)).toEqual([]);
  });
});

describe('what is sent', () => {
  const sending = (sent: Json | null, taken: Json | null = call, strict = false) =>
    compared(posting(sent), posting(taken), strict);

  test('the same fields fit', () => {
    expect(sending(call)).toEqual([]);
    expect(sending(object({ executionId: string }, ['executionId']))).toEqual([]);
  });

  test('a renamed field is one mismatch, with the right name', () => {
    expect(sending(object({ execution_id: string }, ['execution_id']))).toEqual([
      ['request body: execution_id', 'field', 'executionId'],
    ]);
  });

  test('a field that nobody knows is refused', () => {
    expect(sending(object({ executionId: string, colour: string }, ['executionId']))).toEqual([
      ['request body: colour', 'field'],
    ]);
  });

  test('a field that is required has to be sent, always', () => {
    expect(sending(object({ inputTokens: integer }))).toEqual([
      ['request body: executionId', 'required'],
    ]);
    expect(sending(object({ executionId: string }))).toEqual([
      ['request body: executionId', 'required'],
    ]);
    expect(sending(null)).toEqual([['request body', 'required']]);
  });

  test('a rename deep down hides no missing field above', () => {
    const inner = (name: string) => object({ [name]: string }, [name]);
    const taken = object({ executionId: string, meta: inner('executionId') }, ['executionId']);
    expect(sending(object({ meta: inner('execution_id') }), taken)).toEqual(
      [
        ['request body: executionId', 'required'],
        ['request body: meta.execution_id', 'field', 'executionId'],
      ].reverse(),
    );
  });

  test.each([
    [integer, number, []],
    [number, integer, ['type']],
    [string, integer, ['type']],
    [{ type: ['string', 'null'] }, string, ['type']],
    [{ type: 'string', nullable: true }, { type: ['string', 'null'] }, []],
    [{ anyOf: [string, integer] }, { oneOf: [string, number] }, []],
    [string, {}, []],
    [{ type: 'array', items: string }, { type: 'array', items: integer }, ['type']],
  ])('%j for %j: %j', (sent, taken, kinds) => {
    expect(
      compareContracts(posting(object({ a: sent })), posting(object({ a: taken })), {
        strict: false,
      }).map(({ kind }) => kind),
    ).toEqual(kinds);
  });

  test('a listed value that is gone is named with the nearest', () => {
    const verdict = (...values: string[]) => object({ verdict: { type: 'string', enum: values } });
    expect(sending(verdict('go', 'no_go'), verdict('go', 'no-go', 'later'))).toEqual([
      ['request body: verdict', 'value', 'no-go'],
    ]);
    expect(sending(verdict('go'), verdict('go', 'later'))).toEqual([]);
  });

  test('values and limits that only the server tells count where it is strict', () => {
    const free = object({ verdict: string, hours: number });
    const bound = object({
      verdict: { type: 'string', enum: ['go'], pattern: '^g' },
      hours: { type: 'number', maximum: 24 },
    });
    expect(sending(free, bound)).toEqual([]);
    expect(sending(free, bound, true).map(([place, kind]) => [place, kind])).toEqual([
      ['request body: verdict', 'value'],
      ['request body: verdict', 'limit'],
      ['request body: hours', 'limit'],
    ]);
  });

  test('a tighter limit does not fit, a looser one does', () => {
    const hours = (maximum: number, minimum: number) =>
      object({ hours: { type: 'number', maximum, minimum } });
    expect(sending(hours(10, 1), hours(11, 0))).toEqual([]);
    expect(sending(hours(10, 1), hours(9, 2))).toEqual([
      ['request body: hours', 'limit'],
      ['request body: hours', 'limit'],
    ]);
  });

  test('a map takes any name, and its values are compared', () => {
    const map = (of: Json) => object({ metadata: { type: 'object', additionalProperties: of } });
    expect(sending(object({ metadata: object({ note: string }) }), map(string))).toEqual([]);
    expect(sending(object({ metadata: object({ note: integer }) }), map(string))).toEqual([
      ['request body: metadata.note', 'type'],
    ]);
  });
});

describe('what is read', () => {
  const reading = (read: Json, answered: Json, strict = false) =>
    compared(posting(null, read), posting(null, answered), strict);
  const rows = (row: Json) => object({ rows: { type: 'array', items: row } }, ['rows']);

  test('a field that is gone is named with its new name', () => {
    expect(reading(rows(object({ cost_usd: number })), rows(object({ costUsd: number })))).toEqual([
      ['response 200: rows[].cost_usd', 'field', 'costUsd'],
    ]);
  });

  test('another type, null included, does not fit', () => {
    const row = (type: unknown) => rows(object({ cost: { type } }));
    expect(reading(row('number'), row('string'))).toEqual([['response 200: rows[].cost', 'type']]);
    expect(reading(row('number'), row(['number', 'null']))).toEqual([
      ['response 200: rows[].cost', 'type'],
    ]);
    expect(reading(row(['number', 'null']), row('integer'))).toEqual([]);
  });

  test('a field that may be absent does not fit one that is relied on', () => {
    const row = (...required: string[]) => object({ cost: number }, required);
    expect(reading(row('cost'), row())).toEqual([['response 200: cost', 'required']]);
    expect(reading(row(), row('cost'))).toEqual([]);
  });

  test('a listed value that never comes is named, and a new one is no mismatch', () => {
    const status = (...values: string[]) => object({ status: { type: 'string', enum: values } });
    expect(reading(status('running', 'canceled'), status('running', 'cancelled'))).toEqual([
      ['response 200: status', 'value', 'cancelled'],
    ]);
    expect(reading(status('running'), status('running', 'paused'), true)).toEqual([]);
  });

  test('an answer that is not described may be anything', () => {
    expect(reading(object({ data: object({ flow: string }) }), object({ data: {} }))).toEqual([]);
  });

  test('schemas that are made of themselves are compared to their ends', () => {
    const tree = (label: string, type: string) =>
      posting(
        null,
        { $ref: '#/components/schemas/Tree' },
        {
          Tree: object({
            [label]: { type },
            children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
          }),
        },
      );
    expect(compared(tree('name', 'string'), tree('name', 'string'))).toEqual([]);
    expect(compared(tree('label', 'string'), tree('labels', 'string'))).toEqual([
      ['response 200: label', 'field', 'labels'],
    ]);
  });

  test('all of what is composed counts', () => {
    const composed = { allOf: [object({ a: string }, ['a']), object({ b: integer })] };
    expect(reading(object({ a: string, b: integer }, ['a']), composed)).toEqual([]);
    expect(reading(object({ b: string }), composed)).toEqual([['response 200: b', 'type']]);
  });
});

describe('around them', () => {
  const getting = (parameters: readonly Json[], responses: Json = { 200: {} }) =>
    documentOf({ '/rows': { get: { parameters, responses } } });
  const query = (name: string, more: Json = {}): Json => ({ in: 'query', name, ...more });

  test('a parameter that nobody knows is named with the nearest', () => {
    expect(compared(getting([query('group_by')]), getting([query('groupBy')]))).toEqual([
      ['GET /rows', 'query parameter: group_by', 'parameter', 'groupBy'],
    ]);
    const header = (name: string): Json => ({ in: 'header', name });
    expect(
      compared(
        getting([header('X-Idempotency-Key'), header('Authorization'), header('IF-MATCH')]),
        getting([header('Idempotency-Key'), header('If-Match')]),
      ),
    ).toEqual([
      ['GET /rows', 'header parameter: X-Idempotency-Key', 'parameter', 'Idempotency-Key'],
    ]);
  });

  test('a parameter that is required has to be there', () => {
    const server = getting([query('limit', { required: true, schema: integer })]);
    expect(compared(getting([]), server)).toEqual([
      ['GET /rows', 'query parameter: limit', 'required'],
    ]);
    expect(compared(getting([query('limit', { required: true, schema: string })]), server)).toEqual(
      [['GET /rows', 'query parameter: limit', 'type']],
    );
  });

  test('a success that is not answered does not fit, an error does unless it is strict', () => {
    const expected = getting([], { 201: {}, 404: {} });
    expect(compared(expected, getting([]))).toEqual([
      ['GET /rows', 'response 201', 'status', '200'],
    ]);
    expect(compared(expected, getting([]), true)).toHaveLength(2);
    expect(compared(expected, getting([], { '2XX': {}, default: {} }), true)).toEqual([]);
  });

  test('a media type that is not answered is named with the nearest', () => {
    const answering = (type: string) => getting([], { 200: { content: { [type]: {} } } });
    expect(compared(answering('application/ndjson'), answering('application/x-ndjson'))).toEqual([
      ['GET /rows', 'response 200', 'media-type', 'application/x-ndjson'],
    ]);
    expect(compared(answering('application/*'), answering('application/x-ndjson'))).toEqual([]);
  });
});
