import { hash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { untold } from '../../commands';
import type { StandingContext } from '../../commands';
import { streamOf } from '../../commands/aggregate';
import type { Caller } from '../auth/access';
import { forbid } from '../auth/auth.guard';
import { parseBody } from '../http/faults';
import { unknownName } from '../http/known-names';
import { Problem } from '../http/problem';
import type { Fault } from '../http/problem';
import { problemOf } from '../http/problem.filter';
import { canonicalInstant, instantOf } from '../ledger/instant';
import { LedgerReader } from '../ledger/ledger-reader';
import { Metrics } from '../metrics/metrics';
import type { OpenSpan } from '../telemetry/tracing';
import { catalogue } from './catalogue';
import type { CatalogueEntry } from './catalogue';
import { commandClasses } from './command-handlers';
import { acceptance, commandAttributes, tellFailure } from './command-span';
import { Companions } from './companions';
import type { Companion, Issue } from './companions';
import { DECISION_CONTEXT } from './decision-context';
import type { Accepted, IssuedCommand } from './issued-command';
import { newId } from './new-id';

/** What a caller says about a command, by headers or on a line of a bulk request. */
export interface Request {
  readonly name: string;
  readonly body: unknown;
  readonly caller: Caller;
  readonly idempotencyKey: string | null;
  /** What the key stands for, where the body may differ when it is repeated; else the body. */
  readonly identity?: unknown;
  readonly ifMatch: number | null;
  /** As of which voiding fact the body was made, where it rests on work: it is refused once there is a later one. */
  readonly epoch?: bigint;
  readonly deploymentId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  /** One of a stream of commands, which a full queue slows down: see `IssuedCommand`. */
  readonly waitsForRoom?: boolean;
  /** What is wrong around the body, to be told with what is wrong in it. */
  readonly faults?: readonly Fault[];
  /** Where it is traced: its own span, which whoever began it ends. */
  readonly span?: OpenSpan | undefined;
}

/** Takes a request for a command from the wire to the command bus, whichever route it came by. */
@Injectable()
export class CommandIntake {
  private readonly logger = new Logger(CommandIntake.name);

  constructor(
    private readonly bus: CommandBus,
    private readonly metrics: Metrics,
    private readonly companions: Companions,
    private readonly reader: LedgerReader,
    @Inject(DECISION_CONTEXT) private readonly context: StandingContext,
  ) {}

  /** @throws Problem for anything but acceptance. */
  async take(request: Request): Promise<Accepted> {
    const entry = catalogue.get(request.name);
    if (entry === undefined) {
      const message = unknownName('command', request.name, [...catalogue.keys()]);
      throw new Problem(404, 'command-unknown', `${request.name}: ${message}`);
    }
    request.span?.note({ 'flowledger.command': entry.name });
    try {
      const accepted = await this.issue(entry, request);
      this.metrics.commanded(entry.name, resultOf(accepted));
      request.span?.note(acceptance(accepted));
      return accepted;
    } catch (error) {
      if (request.span !== undefined) tellFailure(request.span, error);
      this.metrics.commanded(entry.name, problemOf(error)?.code ?? 'internal');
      throw error;
    }
  }

  private async issue(entry: CatalogueEntry, request: Request): Promise<Accepted> {
    const { caller, span } = request;
    if (caller.role !== 'operator' && caller.role !== entry.definition.role) {
      throw forbid(caller, [...new Set([entry.definition.role, 'operator'])]);
    }
    const Command = commandClasses.get(entry.name);
    if (Command === undefined) throw new Error(`${entry.name} has no handler`);
    const issued = issuedCommand(entry, request, this.context);
    span?.note(commandAttributes(entry.name, issued.data));
    const companion = this.companions.of(entry.name);
    if (issued.data['dryRun'] === true && companion?.recordsDryRun !== true) {
      return this.rehearse(entry, issued, companion);
    }
    const issue: Issue = (learned) => this.bus.execute(new Command({ learned, span, ...issued }));
    const accepted = await (companion?.issue?.(issued.data, issue) ?? issue({}));
    if (companion?.outcome === undefined) return accepted;
    return { ...accepted, ...(await this.outcomeOf(companion, accepted, issued)) };
  }

  private async rehearse(
    { name, aggregate }: CatalogueEntry,
    { id, data }: IssuedCommand,
    companion: Companion | undefined,
  ): Promise<Accepted> {
    if (companion?.plan === undefined) throw new Error(`${name} has no plan for its dry run`);
    const plan = await companion.plan(data);
    const position = String(await this.reader.end());
    const stream = streamOf(aggregate.category, id);
    return { stream, version: 0, position, events: [], duplicate: false, plan };
  }

  /** The command is recorded by now: what is to be told besides must not make it look as if it were not. */
  private async outcomeOf(
    companion: Companion,
    accepted: Accepted,
    { data, issuance: { correlationId } }: IssuedCommand,
  ): Promise<Partial<Accepted>> {
    try {
      return (await companion.outcome?.(accepted, data)) ?? {};
    } catch (error) {
      this.logger.error({ correlationId, error }, 'what came of a command could not be told');
      return {};
    }
  }
}

const resultOf = ({ duplicate, events, plan }: Accepted): string => {
  if (plan !== undefined) return 'rehearsed';
  if (duplicate) return 'duplicate';
  return events.length === 0 ? 'unchanged' : 'appended';
};

const momentOf = (given: unknown): string =>
  given === undefined ? instantOf(Date.now()) : canonicalInstant(given as string);

/** The id of the command's stream; undefined where the server is to make one. */
const idOf = (
  { aggregate: { identifiedBy } }: CatalogueEntry,
  data: Readonly<Record<string, unknown>>,
  context: StandingContext,
): string | undefined =>
  typeof identifiedBy === 'string'
    ? (data[identifiedBy] as string | undefined)
    : identifiedBy(data, untold(context));

/**
 * What the request's key stands for: what zod gives back has the schema's own order of fields, so equal
 * bodies have equal texts. Keys are kept for good, so one is also known by the fields as they were sent, which is
 * what it stood for before its command had an identity of its own.
 */
const idempotencyOf = (
  { name, definition }: CatalogueEntry,
  { idempotencyKey: key, identity: given }: Request,
  data: Readonly<Record<string, unknown>>,
  occurredAt: unknown,
): IssuedCommand['issuance']['idempotency'] => {
  if (key === null) return null;
  const hashOf = (identity: unknown): string =>
    hash('sha256', JSON.stringify([name, identity, occurredAt ?? null]), 'hex');
  const identity = given ?? definition.identity?.(data) ?? data;
  const idempotency = { key, bodyHash: hashOf(identity) };
  const isAsSent = identity === given || identity === data;
  return isAsSent ? idempotency : { ...idempotency, formerHash: () => hashOf(data) };
};

const issuedCommand = (
  entry: CatalogueEntry,
  request: Request,
  context: StandingContext,
): IssuedCommand => {
  const { occurredAt, ...data } = parseBody(entry.schema, request.body, request.faults);
  const at = momentOf(occurredAt);
  return {
    id: idOf(entry, data, context) ?? newId(),
    data,
    waitsForRoom: request.waitsForRoom === true,
    issuance: {
      actor: request.caller.name,
      deploymentId: request.deploymentId,
      correlationId: request.correlationId,
      causationId: request.causationId,
      occurredAt: at,
      idempotency: idempotencyOf(entry, request, data, occurredAt),
      ifMatch: request.ifMatch,
      epoch: request.epoch ?? null,
    },
  };
};
