import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseInput } from '../http/faults';
import { jsonSchema } from '../http/openapi';
import { ApiQueryOf } from '../reading/api-query';
import { negotiated } from '../reading/negotiation';
import { OpenStreams } from '../reading/open-streams';
import { Meter } from './meter';
import { proofLineSchema, proofSchema, verifyQuerySchema } from './proof.schemas';
import type { VerifyQuery } from './proof.schemas';
import { ProofService } from './proof.service';

const progressMilliseconds = 1_000;

/** The proof that everything is what the ledger makes it. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/verify')
export class ProofController {
  constructor(
    private readonly proofs: ProofService,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Proves ledger, read models and topic; as application/x-ndjson with its progress',
  })
  @ApiQueryOf(verifyQuerySchema)
  @ApiOkResponse({
    description: 'What was proven and what does not hold, either way',
    content: {
      'application/json': { schema: jsonSchema(proofSchema) },
      'application/x-ndjson': { schema: jsonSchema(proofLineSchema) },
    },
  })
  async verify(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const asked = parseInput(verifyQuerySchema, query);
    const type = negotiated(request.headers.accept, ['application/json', 'application/x-ndjson']);
    void reply.header('vary', 'accept').type(`${type}; charset=utf-8`);
    return this.streams.stream(request, reply, (signal) =>
      type === 'application/json' ? this.whole(asked, signal) : this.lines(asked, signal),
    );
  }

  private async *whole(query: VerifyQuery, signal: AbortSignal): AsyncGenerator<string> {
    try {
      yield JSON.stringify(await this.proofs.prove(query, new Meter(), signal));
    } catch (error) {
      if (!signal.aborted) throw error; // else nobody is there any more to be told
    }
  }

  /** Progress every second, then the proof; ends with the proof when the reader is gone. */
  private async *lines(query: VerifyQuery, signal: AbortSignal): AsyncGenerator<string> {
    const over = new AbortController();
    const meter = new Meter();
    const proof = this.proofs.prove(query, meter, AbortSignal.any([signal, over.signal]));
    try {
      for (;;) {
        const proven = await Promise.race([proof, wait(progressMilliseconds, null)]);
        if (proven !== null) {
          yield `${JSON.stringify({ proof: proven })}\n`;
          return;
        }
        yield `${JSON.stringify({ progress: meter.progress })}\n`;
      }
    } finally {
      over.abort();
      await proof.catch(() => undefined);
    }
  }
}
