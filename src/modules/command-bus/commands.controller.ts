import { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { For, roles } from '../auth/access';
import { callerOf } from '../auth/auth.guard';
import { correlationOf } from '../http/correlation';
import { malformed } from '../http/faults';
import { Problem } from '../http/problem';
import { BulkIntake } from './bulk-intake';
import { bulkEnvelopeOf, envelopeOf } from './command-headers';
import { CommandIntake } from './command-intake';
import type { Accepted } from './issued-command';

/** One route for every command: names and fields come from the registry. */
@ApiExcludeController() // the document is made from the registry, see modules/http/openapi.ts
@Controller('v1/commands')
@For('service', 'operator')
export class CommandsController {
  constructor(
    private readonly intake: CommandIntake,
    private readonly bulk: BulkIntake,
  ) {}

  @Post(':name')
  @HttpCode(200)
  @For(...roles) // a command names those that may issue it
  async take(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Accepted> {
    if (body instanceof Readable) throw wrongType('application/json');
    const accepted = await this.intake.take({
      name,
      body,
      caller: callerOf(request),
      correlationId: correlationOf(request),
      causationId: null,
      span: request.span,
      ...envelopeOf(request),
    });
    void reply.header('etag', `"${String(accepted.version)}"`);
    return accepted;
  }

  @Post()
  @HttpCode(200)
  takeMany(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): void {
    if (!(body instanceof Readable)) throw wrongType('application/x-ndjson');
    const { idempotencyKey, deploymentId, faults } = bulkEnvelopeOf(request);
    if (faults.length > 0) throw malformed(faults);
    const common = {
      idempotencyKey,
      caller: callerOf(request),
      correlationId: correlationOf(request),
      deploymentId,
      span: request.span,
    };
    void reply
      .type('application/x-ndjson; charset=utf-8')
      .send(
        Readable.from(this.bulk.run(body, common), { objectMode: false, highWaterMark: 65_536 }),
      );
  }
}

const wrongType = (right: string): Problem =>
  new Problem(415, 'unsupported-content-type', `send ${right} here`);
