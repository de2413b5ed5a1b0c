import type { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { idSchema } from '../../commands/fields';
import { parseInput } from '../http/faults';
import { ApiProblem, jsonSchema } from '../http/openapi';
import { proofLines, wholeProof } from '../proof/proof-texts';
import type { Prove } from '../proof/proof-texts';
import { ApiQueryOf } from '../reading/api-query';
import { negotiated } from '../reading/negotiation';
import { OpenStreams } from '../reading/open-streams';
import { ArchiveProgressReader } from './archive-progress';
import { ArchiveProofs } from './archive-proofs';
import {
  archiveProgressSchema,
  archiveProofLineSchema,
  archiveProofQuerySchema,
  archiveProofSchema,
  archivesSchema,
} from './archive.schemas';
import type { ArchiveProgress, ArchivesTold } from './archive.schemas';

const parameters = z.strictObject({ partition: idSchema });

/** Partitions of the ledger in files; exports are started and cancelled by commands. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/archives')
export class ArchivesController {
  constructor(
    private readonly progress: ArchiveProgressReader,
    private readonly proofs: ArchiveProofs,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The partitions of the ledger, and which of them are archived' })
  @ApiOkResponse({ standardSchema: archivesSchema })
  all(@Query() query: unknown): Promise<ArchivesTold> {
    parseInput(z.strictObject({}), query);
    return this.progress.all();
  }

  @Get('proof')
  @ApiOperation({
    summary: 'Proves archives from their files; as application/x-ndjson with its progress',
  })
  @ApiQueryOf(archiveProofQuerySchema)
  @ApiOkResponse({
    description: 'What was proven and what does not hold, either way',
    content: {
      'application/json': { schema: jsonSchema(archiveProofSchema) },
      'application/x-ndjson': { schema: jsonSchema(archiveProofLineSchema) },
    },
  })
  @ApiProblem(404, 'One of the partitions is not archived')
  async proof(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const { partitions = null } = parseInput(archiveProofQuerySchema, query);
    const type = negotiated(request.headers.accept, ['application/json', 'application/x-ndjson']);
    void reply.header('vary', 'accept').type(`${type}; charset=utf-8`);
    const prove: Prove = (meter, signal) => this.proofs.prove(partitions, meter, signal);
    return this.streams.stream(request, reply, (signal) =>
      type === 'application/json' ? wholeProof(prove, signal) : proofLines(prove, signal),
    );
  }

  @Get(':partition')
  @ApiOperation({ summary: 'How far the export of a partition is' })
  @ApiParam({ name: 'partition', description: 'Such as events_1', schema: { type: 'string' } })
  @ApiOkResponse({ standardSchema: archiveProgressSchema })
  async one(@Param() given: unknown, @Query() query: unknown): Promise<ArchiveProgress> {
    const { partition } = parseInput(parameters, given);
    parseInput(z.strictObject({}), query);
    return this.progress.read(partition);
  }
}
