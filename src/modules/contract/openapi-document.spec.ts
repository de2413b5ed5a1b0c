import { readOpenApi } from './openapi-document';

const document = (more: object) => ({ openapi: '3.1.0', paths: {}, ...more });

test('operations are read with their parameters, bodies and answers', () => {
  const { operations } = readOpenApi(
    document({
      servers: [{ url: 'https://example.org/v1/' }],
      paths: {
        '/things/{id}/': {
          parameters: [{ in: 'path', name: 'id', required: true, schema: { type: 'string' } }],
          put: {
            parameters: [{ $ref: '#/components/parameters/Dry' }],
            requestBody: { content: { 'application/json; charset=utf-8': { schema: {} } } },
            responses: {
              '2xx': { description: 'done' },
              default: { $ref: '#/components/responses/No' },
            },
          },
        },
      },
      components: {
        parameters: { Dry: { in: 'query', name: 'dryRun' } },
        responses: { No: { content: { 'application/problem+json': {} } } },
      },
    }),
  );
  expect(operations).toMatchObject([
    {
      method: 'PUT',
      path: '/v1/things/{id}',
      parameters: [
        { in: 'path', name: 'id', required: true },
        { in: 'query', name: 'dryRun', required: false, schema: {} },
      ],
      body: { required: false, content: new Map([['application/json', {}]]) },
      responses: new Map([
        ['2XX', new Map()],
        ['DEFAULT', new Map([['application/problem+json', {}]])],
      ]),
    },
  ]);
});

test('references are followed, also through others, and escapes are undone', () => {
  const { resolve } = readOpenApi(
    document({
      components: {
        schemas: { A: { $ref: '#/components/schemas/b~1c' }, 'b/c': { type: 'integer' } },
      },
    }),
  );
  expect(resolve({ $ref: '#/components/schemas/A' })).toEqual({ type: 'integer' });
});

test('a reference that is no part of a URL is taken as it stands', () => {
  const { resolve } = readOpenApi(
    document({ components: { schemas: { 'Share%': { type: 'number' } } } }),
  );
  expect(resolve({ $ref: '#/components/schemas/Share%' })).toEqual({ type: 'number' });
  expect(() => resolve({ $ref: '#/components/schemas/%' })).toThrow(/refers to nothing/);
});

test.each([
  ['#/components/schemas/Nothing', /refers to nothing/],
  ['#/components/schemas/constructor', /refers to nothing/],
  ['other.yaml#/A', /lies outside the document: bundle it/],
  ['#/components/schemas/Loop', /refers to itself/],
])('the reference %s is refused', (reference, message) => {
  const { resolve } = readOpenApi(
    document({ components: { schemas: { Loop: { $ref: '#/components/schemas/Loop' } } } }),
  );
  expect(() => resolve({ $ref: reference })).toThrow(message);
});

test.each([
  [null, /has no "openapi"/],
  ['openapi', /has no "openapi"/],
  [[], /has no "openapi"/],
  [{ swagger: '2.0', paths: {} }, /is of Swagger "2.0": convert it to OpenAPI 3/],
  [{ openapi: '2.0', paths: {} }, /is of OpenAPI "2.0", not of 3/],
  [{ openapi: 3.1, paths: {} }, /is of OpenAPI 3.1, not of 3/],
  [{ openapi: '3.0.3' }, /^paths: /],
  [{ openapi: '3.0.3', paths: { '/a': 1 } }, /^paths > \/a: /],
  [{ openapi: '3.0.3', paths: { '/a': { get: [] } } }, /^GET \/a: /],
  [
    { openapi: '3.0.3', paths: { '/a': { get: { parameters: [{ in: 'body', name: 'x' }] } } } },
    /^GET \/a > parameters > in: /,
  ],
])('%j is no OpenAPI 3 document, and it is said why', (content, message) => {
  expect(() => readOpenApi(content)).toThrow(message);
});
