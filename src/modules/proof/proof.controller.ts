import type { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseInput } from '../http/faults';
import { jsonSchema } from '../http/openapi';
import { ApiQueryOf } from '../reading/api-query';
import { negotiated } from '../reading/negotiation';
import { OpenStreams } from '../reading/open-streams';
import { proofLineSchema, proofSchema, verifyQuerySchema } from './proof.schemas';
import { ProofService } from './proof.service';
import { proofLines, wholeProof } from './proof-texts';
import type { Prove } from './proof-texts';

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
    const prove: Prove = (meter, signal) => this.proofs.proveInTurn(asked, meter, signal);
    return this.streams.stream(request, reply, (signal) =>
      type === 'application/json' ? wholeProof(prove, signal) : proofLines(prove, signal),
    );
  }
}
