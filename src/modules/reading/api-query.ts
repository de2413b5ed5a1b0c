import { applyDecorators } from '@nestjs/common';
import { ApiQuery } from '@nestjs/swagger';
import type { ApiQueryOptions } from '@nestjs/swagger';
import { z } from 'zod';

/** The fields of `schema` as query parameters of the API document. */
export const queryParameters = (schema: z.ZodObject): ApiQueryOptions[] => {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const { properties = {}, required = [] } = json;
  return Object.entries(properties).map(([name, property]) => {
    const { description = '', ...shape } = Object(property) as { description?: string };
    return { name, description, required: required.includes(name), schema: shape };
  });
};

/** The same on a route. */
export const ApiQueryOf = (schema: z.ZodObject): MethodDecorator =>
  applyDecorators(...queryParameters(schema).map((parameter) => ApiQuery(parameter)));
