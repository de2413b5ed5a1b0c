import { randomBytes } from 'node:crypto';
import fastify from 'fastify';
import { Pool } from 'pg';
import { v7 as uuid } from 'uuid';
import { executionCommands } from '../../../src/commands/execution/execution.commands';
import { serveTasks } from '../tasks';

/*
 * What a user would write instead: Fastify, the same zod schema, one INSERT a request through a pool.
 * It makes no decision, keeps no order, knows no Idempotency-Key and seals nothing; the columns are
 * filled all the same, because a table of the same width is what is compared.
 */

interface Opening {
  readonly url: string;
  readonly table: string;
  readonly connections: number;
}

const digest = randomBytes(32);
const { schema } = executionCommands.RecordLlmCall;

const tasks = {
  open: async ({ url, table, connections }: Opening): Promise<{ url: string }> => {
    const pool = new Pool({ connectionString: url, max: connections });
    const versions = new Map<string, number>();
    const text = `insert into ${table} (stream, version, event_id, type, schema_version, data, deployment_id,
      correlation_id, causation_id, actor, occurred_at, recorded_at, digest)
      values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning position`;
    const app = fastify();
    app.post('/v1/commands/record-llm-call', async (request, reply) => {
      const parsed = schema.safeParse(request.body);
      if (!parsed.success) return reply.status(400).send({ errors: parsed.error.issues });
      const { executionId, ...data } = parsed.data;
      const stream = `execution-${executionId}`;
      const version = (versions.get(stream) ?? 0) + 1;
      versions.set(stream, version);
      const now = new Date().toISOString();
      const { rows } = await pool.query<{ position: string }>({
        name: 'insert',
        text,
        values: [
          stream,
          version,
          uuid(),
          'LlmCallRecorded',
          2,
          JSON.stringify(data),
          'initial',
          uuid(),
          null,
          'bench',
          now,
          now,
          digest,
        ],
      });
      return { stream, version, position: rows[0]?.position };
    });
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }) };
  },
};

export type InsertService = typeof tasks;

serveTasks(tasks);
