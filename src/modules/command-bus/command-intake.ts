import { hash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v7 as uuid } from 'uuid';
import type { DecisionContext } from '../../commands';
import type { Caller } from '../auth/access';
import { forbid } from '../auth/auth.guard';
import { parseBody, unknownName } from '../http/faults';
import { Problem } from '../http/problem';
import { problemOf } from '../http/problem.filter';
import { canonicalInstant, instantOf } from '../ledger/instant';
import { Metrics } from '../metrics/metrics';
import { catalogue } from './catalogue';
import type { CatalogueEntry } from './catalogue';
import { commandClasses } from './command-handlers';
import { DECISION_CONTEXT } from './decision-context';
import type { Accepted, IssuedCommand } from './issued-command';

const aheadAtMost = 5 * 60_000;

/** What a caller says about a command, by headers or on a line of a bulk request. */
export interface Request {
  readonly name: string;
  readonly body: unknown;
  readonly caller: Caller;
  readonly idempotencyKey: string | null;
  readonly ifMatch: number | null;
  readonly deploymentId: string | null;
  readonly correlationId: string;
  readonly causationId: string | null;
}

/** Takes a request for a command from the wire to the command bus, whichever route it came by. */
@Injectable()
export class CommandIntake {
  constructor(
    private readonly bus: CommandBus,
    private readonly metrics: Metrics,
    @Inject(DECISION_CONTEXT) private readonly context: DecisionContext,
  ) {}

  /** @throws Problem for anything but acceptance. */
  async take(request: Request): Promise<Accepted> {
    const entry = catalogue.get(request.name);
    if (entry === undefined) {
      const message = unknownName('command', request.name, [...catalogue.keys()]);
      throw new Problem(404, 'command-unknown', `${request.name}: ${message}`);
    }
    try {
      const accepted = await this.issue(entry, request);
      this.metrics.commanded(entry.name, outcomeOf(accepted));
      return accepted;
    } catch (error) {
      this.metrics.commanded(entry.name, problemOf(error)?.code ?? 'internal');
      throw error;
    }
  }

  private async issue(entry: CatalogueEntry, request: Request): Promise<Accepted> {
    const { caller } = request;
    if (caller.role !== 'operator' && caller.role !== entry.definition.role) {
      throw forbid(caller, [entry.definition.role, 'operator']);
    }
    const Command = commandClasses.get(entry.name);
    if (Command === undefined) throw new Error(`${entry.name} has no handler`);
    return this.bus.execute(new Command(issuedCommand(entry, request, this.context)));
  }
}

const outcomeOf = ({ duplicate, events }: Accepted): string => {
  if (duplicate) return 'duplicate';
  return events.length === 0 ? 'unchanged' : 'appended';
};

const momentOf = (given: unknown): string => {
  const now = Date.now();
  if (given === undefined) return instantOf(now);
  const occurredAt = given as string;
  if (Date.parse(occurredAt) <= now + aheadAtMost) return canonicalInstant(occurredAt);
  const message = `is more than 5 minutes ahead of this server's clock (${new Date(now).toISOString()})`;
  throw new Problem(400, 'malformed', `occurredAt: ${message}`, {
    errors: [{ path: 'occurredAt', message }],
  });
};

/** The id of the command's stream; undefined where the server is to make one. */
const idOf = (
  { aggregate: { identifiedBy } }: CatalogueEntry,
  data: Readonly<Record<string, unknown>>,
  context: DecisionContext,
): string | undefined =>
  typeof identifiedBy === 'string'
    ? (data[identifiedBy] as string | undefined)
    : identifiedBy(data, context);

const issuedCommand = (
  entry: CatalogueEntry,
  request: Request,
  context: DecisionContext,
): IssuedCommand => {
  const { occurredAt, ...data } = parseBody(entry.schema, request.body);
  const key = request.idempotencyKey;
  // What zod gives back has the schema's own order of fields, so equal bodies have equal texts.
  const body = key === null ? '' : JSON.stringify([entry.name, data, occurredAt ?? null]);
  return {
    id: idOf(entry, data, context) ?? uuid(),
    data,
    issuance: {
      actor: request.caller.name,
      deploymentId: request.deploymentId,
      correlationId: request.correlationId,
      causationId: request.causationId,
      occurredAt: momentOf(occurredAt),
      idempotency: key === null ? null : { key, bodyHash: hash('sha256', body, 'hex') },
      ifMatch: request.ifMatch,
    },
  };
};
