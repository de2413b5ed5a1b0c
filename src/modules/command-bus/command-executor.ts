import { Inject, Injectable } from '@nestjs/common';
import type { StandingContext } from '../../commands';
import { streamOf } from '../../commands/aggregate';
import type { Reference } from '../../commands/command';
import { decode } from '../../events/codec';
import { Problem } from '../http/problem';
import type { Append, FirstUse, Outcome } from '../ledger/append';
import { LedgerUnavailable, QueueFull } from '../ledger/ledger-unavailable';
import { LedgerReader } from '../ledger/ledger-reader';
import { Ledger } from '../ledger/ledger.service';
import { Opening } from '../personal/opening';
import { SubjectKeys } from '../personal/subject-keys';
import type { CatalogueEntry } from './catalogue';
import { accepted, advanced, appendOf } from './decided-parts';
import type { FreshParts } from './decided-parts';
import { DECISION_CONTEXT } from './decision-context';
import { Decisions, unusable } from './decisions';
import type { Decided } from './decisions';
import type { Accepted, IssuedCommand } from './issued-command';
import { ReferredStreams, streamFor } from './referred-streams';
import type { Consulted } from './referred-streams';
import { PartSealer } from './sealed-parts';
import { StreamLines, Turn } from './stream-lines';
import { StreamStates } from './stream-states';
import type { StreamState } from './stream-states';

const statesInMemory = 100_000;

/**
 * How often a decision is made anew when others changed the stream meanwhile. Each time at least one
 * of them has come through, so it takes as many as there are at once on one stream: 20 were too few
 * for 32 that repeated each other's keys.
 */
const triesAtMost = 200;

/** What a decision rests on, as it is in memory. */
interface Known {
  readonly stream: string;
  readonly before: StreamState;
  readonly consulted: Consulted | null;
  readonly refersTo: Reference | undefined;
  readonly origin: StreamState | null;
}

/** A decision on its way to the ledger. */
interface Attempted {
  readonly decided: Decided;
  readonly parts: FreshParts;
  readonly recorded: Promise<Outcome>;
}

/** What has to be there before anything can be decided, or taken. */
interface Unready {
  readonly ready: () => Promise<void>;
}

/**
 * Takes a command to its decider and the decision to the ledger.
 *
 * Decisions are made on states in memory that run ahead of the ledger, so commands on one stream
 * need not wait for each other's commit. Their expected version and their lineage make that safe:
 * the ledger refuses what was decided on a state that did not come to be, and it is decided anew. An answer
 * that records nothing (a refusal, or nothing to change) is confirmed by the ledger the same way
 * before it is given, so nobody is refused because of something that was never recorded.
 */
@Injectable()
export class CommandExecutor {
  private readonly states: StreamStates;
  private readonly referred: ReferredStreams;
  private readonly decisions: Decisions;
  private readonly sealer: PartSealer;
  private readonly lines = new StreamLines();

  constructor(
    private readonly ledger: Ledger,
    private readonly reader: LedgerReader,
    @Inject(DECISION_CONTEXT) context: StandingContext,
    keys: SubjectKeys,
    private readonly opening: Opening,
  ) {
    this.states = new StreamStates(reader, statesInMemory);
    this.referred = new ReferredStreams(this.states);
    this.decisions = new Decisions(context, this.states);
    this.sealer = new PartSealer(keys, this.states);
    ledger.onDoubt(() => {
      this.states.clear();
    });
  }

  /**
   * @throws Problem when the command is refused; LedgerUnavailable when it could not be recorded.
   */
  async execute(entry: CatalogueEntry, command: IssuedCommand): Promise<Accepted> {
    const { aggregate, definition } = entry;
    const stream = streamOf(aggregate.category, command.id);
    const refersTo = definition.refersTo?.(command.data);
    const ahead = this.lines.ahead(stream);
    const known = this.states.peek(stream);
    const isKnown =
      known !== undefined &&
      this.referred.consulted(definition.consults?.(command.data, known.state)) !== undefined;
    const isNext = ahead === undefined && refersTo === undefined && isKnown;
    // Whatever came before for the stream it refers to is decided first: it may begin that stream.
    const originAhead = refersTo && this.lines.ahead(streamFor(refersTo));
    const turn = new Turn();
    try {
      if (!isNext) {
        this.lines.hold(turn, stream);
        await ahead;
        await originAhead;
      }
      return await this.record(entry, command, stream, turn);
    } finally {
      turn.end();
    }
  }

  /** Decides, until the decision is recorded; its turn ends when it is first made. */
  private async record(
    entry: CatalogueEntry,
    command: IssuedCommand,
    stream: string,
    turn: Turn,
  ): Promise<Accepted> {
    const { aggregate, definition } = entry;
    const refersTo = definition.refersTo?.(command.data);
    for (let attempt = 0; attempt < triesAtMost; attempt += 1) {
      const origin = refersTo === undefined ? null : await this.referred.origin(refersTo);
      const loaded = this.states.peek(stream) ?? (await this.states.load(aggregate, stream));
      const before = this.states.peek(stream) ?? loaded; // others may have decided since it was read
      const consults = definition.consults?.(command.data, before.state);
      const consulted = this.referred.consulted(consults);
      if (consulted === undefined) {
        await this.referred.load(consults);
        continue; // others may have decided meanwhile
      }
      const isPatient = command.waitsForRoom === true && attempt + 1 < triesAtMost;
      const known = { stream, before, consulted, refersTo, origin };
      const attempted = this.attempt(entry, command, known, isPatient);
      if ('ready' in attempted) {
        this.lines.hold(turn, stream); // what comes behind it would come before it
        await attempted.ready();
        continue; // others may have decided meanwhile
      }
      turn.end();
      const { decided, parts, recorded } = attempted;
      const outcome = await recorded.catch((error: unknown) => {
        this.retract(parts);
        throw error;
      });
      if (outcome.kind === 'appended') {
        if (decided.kind === 'problem') throw decided.problem;
        return accepted(parts, outcome);
      }
      command.span?.mark(outcome.kind);
      this.retract(parts);
      switch (outcome.kind) {
        case 'duplicate':
          return this.firstAnswer(outcome.first);
        case 'key-reused':
          throw new Problem(
            422,
            'idempotency-key-reused',
            'this Idempotency-Key came before with another command or body; take a new key',
          );
        case 'conflict': // decided anew
          if (outcome.stream !== stream) this.states.drop(outcome.stream);
          break;
        case 'overtaken': // decided anew, unless it was made by whoever issued it
          if (isBefore(command, outcome.epoch)) throw overtaken();
          await this.renew(outcome.epoch, parts, consulted, refersTo);
      }
    }
    throw new LedgerUnavailable(`too many others are changing ${stream}, try again`);
  }

  /**
   * Decides, and gives the decision to the ledger. Nothing is awaited from the look at what is known to the
   * append, so that no other decision comes in between. Where something has to be there first, nothing is done.
   *
   * @throws LedgerUnavailable where the ledger takes nothing.
   */
  private attempt(
    entry: CatalogueEntry,
    command: IssuedCommand,
    { stream, before, consulted, refersTo, origin }: Known,
    isPatient: boolean,
  ): Attempted | Unready {
    const { aggregate, definition } = entry;
    const own =
      unusable(refersTo, origin) ??
      this.decisions.decide(entry, command, stream, before, consulted);
    const carried =
      own.kind === 'events'
        ? (definition.carries?.(command.data, own.events, command.id, before.state) ?? [])
        : [];
    const unread = this.referred.unread(carried);
    if (unread.length > 0) return { ready: () => this.referred.loadAll(unread) };
    const first = { aggregate, stream, before, own };
    const { decided, parts } = this.decisions.together(first, carried, command);
    const sealed = this.sealer.sealed(parts);
    if (sealed === null) return { ready: () => this.sealer.prepare(parts) };
    command.span?.mark('decided');
    const append = appendOf(sealed, consulted, origin, command, decided.kind === 'events');
    const recorded = this.taken(append, isPatient);
    if (recorded === null) return { ready: () => this.ledger.room() };
    for (const part of sealed.parts) {
      if (part.events.length > 0) this.states.keep(part.stream, advanced(part));
    }
    return { decided, parts, recorded };
  }

  /** Null where there is no room for it and it is patient: the state stays what it was. @throws LedgerUnavailable */
  private taken(append: Append, isPatient: boolean): Promise<Outcome> | null {
    try {
      return this.ledger.append(append);
    } catch (error) {
      if (isPatient && error instanceof QueueFull) return null;
      throw error;
    }
  }

  /** Nothing that was decided on these parts comes to be. */
  private retract(parts: FreshParts): void {
    for (const { stream, before } of parts) this.states.dropLineage(stream, before.lineage);
  }

  /** Something was voided, or reinstated, that these may rest on: they are read again. */
  private async renew(
    epoch: bigint,
    parts: FreshParts,
    consulted: Consulted | null,
    refersTo: Reference | undefined,
  ): Promise<void> {
    await this.states.renew(epoch);
    for (const { stream } of parts) this.states.dropBefore(stream, epoch);
    if (consulted !== null) this.states.dropBefore(consulted.stream, epoch);
    if (refersTo !== undefined) this.states.dropBefore(streamFor(refersTo), epoch);
  }

  private async firstAnswer(first: FirstUse): Promise<Accepted> {
    const { stream, version, position, eventCount } = first;
    const stored = eventCount === 0 ? [] : await this.reader.after(position - 1n, eventCount);
    const own = stored.filter((event) => event.stream === stream); // the others were carried along
    const opened = await this.opening.events(own);
    const events = opened.map(decode).map((event) => ({
      eventId: event.eventId,
      type: event.type,
      version: event.version,
      position: String(event.position),
      data: event.data,
    }));
    const last = eventCount === 0 ? position : position + BigInt(eventCount) - 1n;
    return { stream, version, position: String(last), events, duplicate: true };
  }
}

/** What its fields were made of is not what counts any more: no decision mends that. */
const isBefore = ({ issuance }: IssuedCommand, epoch: bigint): boolean =>
  issuance.epoch !== null && issuance.epoch < epoch;

const overtaken = (): Problem =>
  new Problem(
    409,
    'overtaken',
    'work was voided or reinstated since the work that this command rests on was read: read it again',
  );
