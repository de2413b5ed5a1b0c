import { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { z } from 'zod';
import { faultsIn, malformed } from '../http/faults';
import { parseJson } from '../http/json-text';
import { Problem, documentOf } from '../http/problem';
import type { ProblemDocument } from '../http/problem';
import { problemOf } from '../http/problem.filter';
import { Ledger } from '../ledger/ledger.service';
import type { OpenSpan } from '../telemetry/tracing';
import { catalogue } from './catalogue';
import {
  idempotencyKeyRule,
  ifMatchRule,
  isIdempotencyKey,
  keyOfLine,
  versionIn,
} from './command-headers';
import { CommandIntake } from './command-intake';
import type { Request } from './command-intake';
import { commandSpan } from './command-span';
import { linesOf, notText, overlong } from './lines';
import type { Line } from './lines';

const longestLine = 256 * 1024;

/**
 * Chunks of at most 64 KiB whose lines are under way before the first of them is answered: enough to
 * fill a large commit while the next is read, and no bound on when an answer comes: whoever waits
 * for it before sending the next line gets it.
 */
const chunksAhead = 8;

/** Lines of a request that have spans of their own: a trace of a hundred thousand is of no use to anybody. */
const tracedLines = 100;

const lineSchema = z.strictObject({
  command: z.string(),
  data: z.unknown(),
  idempotencyKey: z.string().refine(isIdempotencyKey, idempotencyKeyRule).optional(),
  ifMatch: z
    .union([z.string(), z.number()], { error: ifMatchRule })
    .refine((value) => versionIn(value) !== undefined, ifMatchRule)
    .optional(),
});

type Common = Pick<
  Request,
  'caller' | 'idempotencyKey' | 'deploymentId' | 'correlationId' | 'span'
>;

interface Answer {
  readonly line: number;
  readonly status: number;
  readonly position?: string;
  readonly duplicate?: true;
  readonly problem?: ProblemDocument;
}

/** What a line says about its command. */
type Said = Pick<Request, 'name' | 'body' | 'idempotencyKey' | 'ifMatch' | 'faults'>;

/**
 * What a line that `lineSchema` did not take asks for, where that is known: so what is wrong around
 * its data is told with what is wrong in it.
 *
 * @throws Problem 400 where it is not known.
 */
const faulty = (value: unknown, error: z.ZodError): Said => {
  const faults = faultsIn(lineSchema, error);
  const { command, data } = Object(value) as Readonly<Record<string, unknown>>;
  if (typeof command !== 'string' || !catalogue.has(command) || data === undefined) {
    throw malformed(faults);
  }
  return { name: command, body: data, idempotencyKey: null, ifMatch: null, faults };
};

const saidBy = (value: unknown): Said => {
  const parsed = lineSchema.safeParse(value);
  if (!parsed.success) return faulty(value, parsed.error);
  const { command, data, idempotencyKey = null, ifMatch = null } = parsed.data;
  const version = ifMatch === null ? null : (versionIn(ifMatch) ?? null);
  return { name: command, body: data, idempotencyKey, ifMatch: version };
};

const read = (line: Line): Said => {
  if (line === overlong) {
    throw new Problem(413, 'too-large', `a line may be ${String(longestLine / 1024)} KiB at most`);
  }
  if (line === notText) throw new Problem(400, 'malformed', 'the line is not UTF-8');
  return saidBy(parseJson(line, 'line'));
};

/** Its every field stands in the literal: each that a spread adds takes microseconds of a line's time. */
const requestOf = (said: Said, line: number, common: Common, span?: OpenSpan): Request => ({
  name: said.name,
  body: said.body,
  idempotencyKey: said.idempotencyKey ?? keyOfLine(common.idempotencyKey, line),
  ifMatch: said.ifMatch,
  faults: said.faults ?? [],
  caller: common.caller,
  deploymentId: common.deploymentId,
  correlationId: common.correlationId,
  causationId: null,
  waitsForRoom: true,
  span,
});

/** Commands as a stream of JSON lines: each has its own outcome, and a bad one stops nothing. */
@Injectable()
export class BulkIntake {
  private readonly logger = new Logger(BulkIntake.name);

  constructor(
    private readonly intake: CommandIntake,
    private readonly ledger: Ledger,
  ) {}

  /**
   * One answer per line, in the order of the lines. Reads on only as fast as the ledger records and
   * the caller takes the answers.
   */
  async *run(body: AsyncIterable<Buffer>, common: Common): AsyncGenerator<string> {
    const ahead = Readable.from(this.underWay(body, common), { highWaterMark: chunksAhead });
    for await (const answers of ahead as AsyncIterable<Promise<Answer>[]>)
      yield await texts(answers);
  }

  /** The answers to come to the lines of one chunk after the other. */
  private async *underWay(
    body: AsyncIterable<Buffer>,
    common: Common,
  ): AsyncGenerator<Promise<Answer>[]> {
    const untraced = { ...common, span: undefined };
    let count = 0;
    for await (const lines of linesOf(body, longestLine)) {
      const answers: Promise<Answer>[] = [];
      for (const line of lines) {
        count += 1;
        if (line === '' || line === '\r') continue; // a blank line is no command, but it counts
        answers.push(this.answer(line, count, count > tracedLines ? untraced : common));
      }
      if (answers.length > 0) yield answers;
      await this.ledger.room();
    }
  }

  private async answer(line: Line, number: number, common: Common): Promise<Answer> {
    let span: OpenSpan | undefined;
    try {
      const said = read(line);
      span = commandSpan(common.span, said.name);
      const { position, duplicate } = await this.intake.take(requestOf(said, number, common, span));
      return { line: number, status: 200, position, ...(duplicate ? { duplicate } : {}) };
    } catch (error) {
      const problem = problemOf(error) ?? this.unforeseen(error, common.correlationId);
      const document = documentOf(problem, common.correlationId);
      return { line: number, status: problem.status, problem: document };
    } finally {
      span?.end();
    }
  }

  private unforeseen(error: unknown, correlationId: string): Problem {
    this.logger.error({ correlationId, error }, 'a line failed unforeseen');
    return new Problem(500, 'internal', `it is logged under correlation id ${correlationId}`);
  }
}

const texts = async (answers: readonly Promise<Answer>[]): Promise<string> => {
  let text = '';
  for (const answer of answers) text += `${JSON.stringify(await answer)}\n`;
  return text;
};
