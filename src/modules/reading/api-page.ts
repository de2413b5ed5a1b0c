import { ApiOkResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { jsonSchema } from '../http/openapi';
import { eventSchema } from './event.schemas';

/** An answer of events: a page of them as JSON, or all of them as JSON lines. */
export const ApiPageOf = (page: z.ZodType, description: string): MethodDecorator =>
  ApiOkResponse({
    description,
    content: {
      'application/json': { schema: jsonSchema(page) },
      'application/x-ndjson': { schema: jsonSchema(eventSchema) },
    },
  });
