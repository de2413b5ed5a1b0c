import type { OpenAPIObject } from '@nestjs/swagger';
import { z } from 'zod';
import { jsonSchema } from './openapi';
import { withComponents } from './openapi-components';

const documentOf = (...schemas: readonly object[]): OpenAPIObject => {
  const content = Object.fromEntries(schemas.map((schema, index) => [`a/${index}`, { schema }]));
  const post = { requestBody: { content }, responses: { 200: { description: '', content } } };
  return { openapi: '3.1.0', info: { title: '', version: '' }, paths: { '/a': { post } } };
};

const money = z.object({ nano: z.string() }).meta({ id: 'MoneyOfTheSpec' });

test('what is shared stands in the components once, and references lead there', () => {
  const bill = jsonSchema(z.object({ net: money, gross: money }));
  const { components, paths } = withComponents(documentOf(bill, jsonSchema(money)));
  expect(components?.schemas).toEqual({
    MoneyOfTheSpec: {
      type: 'object',
      properties: { nano: { type: 'string' } },
      required: ['nano'],
    },
  });
  const reference = { $ref: '#/components/schemas/MoneyOfTheSpec' };
  expect(paths['/a']?.post?.responses[200]).toMatchObject({
    content: {
      'a/0': { schema: { properties: { net: reference, gross: reference } } },
      'a/1': { schema: reference },
    },
  });
  expect(JSON.stringify(paths)).not.toMatch(/\$defs|\$schema/);
});

test('values made of themselves refer to their component', () => {
  const { components } = withComponents(documentOf(jsonSchema(z.object({ data: z.json() }))));
  const self = { $ref: '#/components/schemas/JsonValue' };
  expect(components?.schemas).toMatchObject({
    JsonValue: { anyOf: expect.arrayContaining([{ type: 'array', items: self }]) },
  });
});

test('answers may gain fields, and requests may not', () => {
  const { paths } = withComponents(documentOf(jsonSchema(z.strictObject({ a: z.int() }))));
  const { post } = paths['/a']!;
  expect(JSON.stringify(post?.requestBody)).toContain('"additionalProperties":false');
  expect(JSON.stringify(post?.responses)).not.toContain('additionalProperties');
  expect(JSON.stringify(post)).not.toMatch(/minimum|maximum/); // bounds that every number keeps
});

test('two schemas of one name are refused', () => {
  const named = (type: string) => ({ $defs: { Same: { type } }, $ref: '#/$defs/Same' });
  expect(() => withComponents(documentOf(named('string'), named('integer')))).toThrow(
    'two schemas are called Same: give one an id',
  );
});
