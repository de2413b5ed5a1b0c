import { Catch, HttpException, Logger } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { isOutage } from '../database/outage';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import { correlationOf } from './correlation';
import { Problem, documentOf } from './problem';

/** What Fastify and Nest refuse by themselves, in words that help. */
const byStatus: Readonly<Record<number, readonly [code: string, detail?: string]>> = {
  400: ['malformed'],
  404: ['not-found'],
  405: ['method-not-allowed'],
  413: [
    'too-large',
    'a body may be 1 MiB at most; application/x-ndjson to /v1/commands has no limit',
  ],
  414: ['address-too-long', 'no address here is that long'],
  415: [
    'unsupported-content-type',
    'send application/json, or application/x-ndjson to /v1/commands',
  ],
  429: ['too-many-requests'],
};

/** Whatever was thrown, as the problem it is to a caller; undefined for what is nobody's business. */
export const problemOf = (error: unknown): Problem | undefined => {
  if (error instanceof Problem) return error;
  if (error instanceof LedgerUnavailable) {
    return new Problem(503, 'unavailable', error.message, { retryAfterSeconds: 1 });
  }
  if (isOutage(error)) {
    const detail = 'the database does not answer, try again';
    return new Problem(503, 'unavailable', detail, { retryAfterSeconds: 1 });
  }
  const thrown = error as Partial<FastifyError> | null | undefined;
  const status = error instanceof HttpException ? error.getStatus() : thrown?.statusCode;
  if (status === undefined || status >= 500) return undefined;
  const [code, detail] = byStatus[status] ?? ['refused'];
  return new Problem(status, code, detail ?? (error as Error).message);
};

const answer = (reply: FastifyReply, problem: Problem, correlationId: string): void => {
  if (problem.more.retryAfterSeconds !== undefined) {
    void reply.header('retry-after', String(problem.more.retryAfterSeconds));
  }
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .status(problem.status)
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(documentOf(problem, correlationId)));
};

/** For what Fastify refuses before there is a route, and so before any hook or filter. */
export const answerUnrouted =
  (headers: Readonly<Record<string, string>>) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const correlationId = correlationOf(request);
    void reply.headers({ ...headers, 'x-correlation-id': correlationId });
    const problem = problemOf(error) ?? new Problem(400, 'malformed', 'this is no address');
    answer(reply, problem, correlationId);
  };

/** Turns everything thrown into problem details; what is unforeseen is logged and told no more of. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('http');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const correlationId = correlationOf(request);
    answer(reply, problemOf(error) ?? this.unforeseen(error, correlationId), correlationId);
  }

  private unforeseen(error: unknown, correlationId: string): Problem {
    this.logger.error({ correlationId, error }, 'a request failed unforeseen');
    return new Problem(
      500,
      'internal',
      `something went wrong here; it is logged under correlation id ${correlationId}`,
    );
  }
}
