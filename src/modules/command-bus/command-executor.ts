import { Inject, Injectable } from '@nestjs/common';
import { decode } from '../../events/codec';
import type { DomainEvent } from '../../events';
import { streamOf } from '../../commands/aggregate';
import type { CarriedCommand } from '../../commands/command';
import { isRefusal } from '../../commands/decider';
import type { Reference } from '../../commands/command';
import type { Refusal } from '../../commands/decider';
import { untouchedFlow } from '../../commands/deployment/live-deployment.decider';
import type { FlowState } from '../../commands/deployment/live-deployment.decider';
import { nothingLearned } from '../../commands';
import { voidedWork } from '../../commands/voided-work';
import type { DecisionContext, RefusalCode, StandingContext } from '../../commands';
import { emptyBook } from '../../commands/pricebook/pricebook.state';
import type { PriceBook } from '../../commands/pricebook/pricebook.state';
import { Problem } from '../http/problem';
import { refusalStatus } from '../http/refusals';
import type { FirstUse } from '../ledger/append';
import { LedgerUnavailable } from '../ledger/commit-queue';
import { LedgerReader } from '../ledger/ledger-reader';
import { Ledger } from '../ledger/ledger.service';
import { Opening } from '../personal/opening';
import { SubjectKeys } from '../personal/subject-keys';
import { DECISION_CONTEXT } from './decision-context';
import { accepted, advanced, appendOf, freshPart } from './decided-parts';
import type { DecidedPart, FreshParts } from './decided-parts';
import type { Accepted, IssuedCommand } from './issued-command';
import { aggregateOf } from './catalogue';
import type { CatalogueEntry } from './catalogue';
import { PartSealer } from './sealed-parts';
import { StreamStates } from './stream-states';
import type { StreamState } from './stream-states';

const statesInMemory = 100_000;

/**
 * How often a decision is made anew when others changed the stream meanwhile. Each time at least one
 * of them has come through, so it takes as many as there are at once on one stream: 20 were too few
 * for 32 that repeated each other's keys.
 */
const triesAtMost = 200;

/** Another stream that a decision rests on. */
export interface Consulted {
  readonly category: string;
  readonly stream: string;
  readonly before: StreamState;
}

/** How long those wait who come to a stream after somebody. */
interface Turn {
  end: () => void;
}

type Decided =
  | { readonly kind: 'events'; readonly events: readonly DomainEvent[] }
  | { readonly kind: 'problem'; readonly problem: Problem };

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
  private readonly sealer: PartSealer;
  /** By stream that somebody waits on, the turn of the last in line. */
  private readonly lines = new Map<string, Promise<void>>();
  /** What a decision knows before anything is said of its command. */
  private readonly untold: DecisionContext;

  constructor(
    private readonly ledger: Ledger,
    private readonly reader: LedgerReader,
    @Inject(DECISION_CONTEXT) context: StandingContext,
    keys: SubjectKeys,
    private readonly opening: Opening,
  ) {
    this.untold = {
      ...{ ...context, ...nothingLearned, book: emptyBook, liveFlow: untouchedFlow },
      ...{ at: '', actor: '', deploymentId: null },
    };
    this.states = new StreamStates(reader, statesInMemory);
    this.sealer = new PartSealer(keys, this.states);
    ledger.onLost(() => {
      this.states.clear();
    });
  }

  /**
   * @throws Problem when the command is refused; LedgerUnavailable when it could not be recorded.
   */
  async execute(entry: CatalogueEntry, command: IssuedCommand): Promise<Accepted> {
    const { aggregate, definition } = entry;
    const stream = streamOf(aggregate.category, command.id);
    const origin = definition.refersTo?.(command.data);
    const ahead = this.lines.get(stream);
    const consults = definition.consults?.(command.data);
    const known = this.states.peek(stream) !== undefined && this.consulted(consults) !== undefined;
    if (ahead === undefined && origin === undefined && known) {
      const turn: Turn = { end: () => undefined };
      try {
        return await this.record(entry, command, stream, turn);
      } finally {
        turn.end();
      }
    }
    // Whatever came before for the stream it refers to is decided first: it may begin that stream.
    const originAhead = origin && this.lines.get(streamFor(origin));
    const turn: Turn = { end: this.lineUp(stream) };
    try {
      await ahead;
      await originAhead;
      return await this.record(entry, command, stream, turn);
    } finally {
      turn.end();
    }
  }

  /**
   * Whoever comes to `stream` from now on waits until the function it returns is called: commands on
   * a stream are decided in the order they came, also while the first of them has to read something.
   */
  private lineUp(stream: string): () => void {
    let letOn = (): void => undefined;
    const turn = new Promise<void>((resolve) => (letOn = resolve));
    this.lines.set(stream, turn);
    return () => {
      if (this.lines.get(stream) === turn) this.lines.delete(stream);
      letOn();
    };
  }

  /** Whoever comes to `stream` from now on waits for the end of `turn`, too. */
  private prolong(turn: Turn, stream: string): void {
    const { end } = turn;
    const letOn = this.lineUp(stream);
    turn.end = () => {
      end();
      letOn();
    };
  }

  /** Decides, until the decision is recorded; its turn ends when it is first made. */
  private async record(
    entry: CatalogueEntry,
    command: IssuedCommand,
    stream: string,
    turn: Turn,
  ): Promise<Accepted> {
    const { aggregate, definition } = entry;
    const consults = definition.consults?.(command.data);
    const refersTo = definition.refersTo?.(command.data);
    for (let attempt = 0; attempt < triesAtMost; attempt += 1) {
      const origin = refersTo === undefined ? null : await this.origin(refersTo);
      if (this.consulted(consults) === undefined) await this.load(consults);
      const loaded = this.states.peek(stream) ?? (await this.states.load(aggregate, stream));
      // Others may have decided since it was read. From here to the append nothing is awaited, so that
      // none of them comes in between.
      const before = this.states.peek(stream) ?? loaded;
      const other = this.consulted(consults);
      if (other === undefined) continue; // dropped meanwhile
      const own = unusable(refersTo, origin) ?? this.decide(entry, command, stream, before, other);
      const carried =
        own.kind === 'events'
          ? (definition.carries?.(command.data, own.events, command.id, before.state) ?? [])
          : [];
      const unread = carried.filter((one) => this.states.peek(streamFor(one)) === undefined);
      if (unread.length > 0) {
        await this.read(unread);
        continue; // others may have decided meanwhile
      }
      const { decided, parts } = this.together(
        { aggregate, stream, before, own },
        carried,
        command,
      );
      const sealed = this.sealer.sealed(parts);
      if (sealed === null) {
        this.prolong(turn, stream);
        await this.sealer.prepare(parts);
        continue; // others may have decided meanwhile
      }
      command.span?.mark('decided');
      // Where there is no room this throws, and the state stays what it was.
      const recorded = this.ledger.append(
        appendOf(sealed, other, origin, command, decided.kind === 'events'),
      );
      for (const part of sealed.parts) {
        if (part.events.length > 0) this.states.keep(part.stream, advanced(part));
      }
      turn.end();
      const outcome = await recorded.catch((error: unknown) => {
        this.retract(parts);
        throw error;
      });
      if (outcome.kind !== 'appended') {
        command.span?.mark(outcome.kind);
        this.retract(parts);
      }
      if (outcome.kind === 'conflict' && outcome.stream !== stream)
        this.states.drop(outcome.stream);
      if (outcome.kind === 'overtaken') {
        await this.states.renew(outcome.epoch);
        const rested = [
          ...parts.map((part) => part.stream),
          ...(other === null ? [] : [other.stream]),
        ];
        for (const one of rested) this.states.dropBefore(one, outcome.epoch);
        if (refersTo !== undefined) this.states.dropBefore(streamFor(refersTo), outcome.epoch);
      }
      switch (outcome.kind) {
        case 'appended':
          if (decided.kind === 'problem') throw decided.problem;
          return accepted(parts, outcome);
        case 'duplicate':
          return this.firstAnswer(outcome.first);
        case 'key-reused':
          throw new Problem(
            422,
            'idempotency-key-reused',
            'this Idempotency-Key came before with another command or body; take a new key',
          );
        case 'conflict':
        case 'overtaken': // decided anew
      }
    }
    throw new LedgerUnavailable(`too many others are changing ${stream}, try again`);
  }

  private decide(
    { type, aggregate, definition }: CatalogueEntry,
    { id, data, issuance, learned }: IssuedCommand,
    stream: string,
    { version, state, voidedBy }: StreamState,
    consulted: Consulted | null,
  ): Decided {
    if (version === 0 && definition.opens !== true) {
      return problem(404, 'stream-unknown', `there is no ${aggregate.category} ${id}`);
    }
    if (voidedBy !== null && definition.evenIfVoid !== true) {
      return refused(voidedWork(stream, voidedBy));
    }
    if (issuance.ifMatch !== null && issuance.ifMatch !== version) {
      return problem(
        412,
        'version-mismatch',
        `${stream} is at version ${String(version)}, not at ${String(issuance.ifMatch)}`,
      );
    }
    const context = this.contextOf(issuance, learned, consulted);
    return decidedBy(aggregate.decide({ type, ...data }, state, context));
  }

  private contextOf(
    { actor, occurredAt, deploymentId }: IssuedCommand['issuance'],
    learned?: IssuedCommand['learned'],
    consulted: Consulted | null = null,
  ): DecisionContext {
    const stateOf = (category: string): unknown =>
      consulted?.category === category ? consulted.before.state : undefined;
    return {
      ...this.untold, // it has every field: one more in a literal with a spread costs a microsecond
      ...learned,
      book: (stateOf('pricebook') as PriceBook | undefined) ?? emptyBook,
      liveFlow: (stateOf('flow') as FlowState | undefined) ?? untouchedFlow,
      at: occurredAt,
      actor,
      deploymentId,
    };
  }

  /** Brings the streams to memory that commands are carried to. */
  private async read(carried: readonly CarriedCommand[]): Promise<void> {
    for (const one of carried) {
      await this.states.load(aggregateOf(one.category), streamFor(one));
    }
  }

  /** The decision with what it means for other streams: if one of them refuses, nothing happens. */
  private together(
    { own, ...first }: Omit<DecidedPart, 'events'> & { readonly own: Decided },
    carried: readonly CarriedCommand[],
    { issuance }: IssuedCommand,
  ): { readonly decided: Decided; readonly parts: FreshParts } {
    if (carried.length === 0) {
      const events = own.kind === 'events' ? own.events : [];
      return { decided: own, parts: [freshPart({ events, ...first })] };
    }
    const context = this.contextOf(issuance);
    const others = carried.map((one) => {
      const aggregate = aggregateOf(one.category);
      const stream = streamFor(one);
      const before = this.states.peek(stream) as StreamState;
      const decided = decidedBy(aggregate.decide(one.command, before.state, context));
      return { aggregate, stream, before, decided };
    });
    const decided = others.find((part) => part.decided.kind === 'problem')?.decided ?? own;
    const eventsOf = (part: Decided): readonly DomainEvent[] =>
      decided.kind === 'events' && part.kind === 'events' ? part.events : [];
    const parts: FreshParts = [
      freshPart({ events: eventsOf(own), ...first }),
      ...others.map((other) => freshPart({ ...other, events: eventsOf(other.decided) })),
    ];
    return { decided, parts };
  }

  /** Nothing that was decided on these parts comes to be. */
  private retract(parts: FreshParts): void {
    for (const { stream, before } of parts) this.states.dropLineage(stream, before.lineage);
  }

  private async load(consults: Reference | undefined): Promise<void> {
    if (consults === undefined) return;
    const { category, id } = consults;
    await this.states.load(aggregateOf(category), streamOf(category, id));
  }

  /** Another stream that the decision rests on, in memory; null where there is none, undefined where it has to be read. */
  private consulted(consults: Reference | undefined): Consulted | null | undefined {
    if (consults === undefined) return null;
    const stream = streamOf(consults.category, consults.id);
    const before = this.states.peek(stream);
    return before && { category: consults.category, stream, before };
  }

  /** What the command refers to; that it once existed is enough, streams never go away. */
  private async origin({ category, id }: Reference): Promise<StreamState> {
    const stream = streamOf(category, id);
    const known = this.states.peek(stream);
    if (known !== undefined && known.version > 0) return known;
    this.states.drop(stream);
    const loaded = await this.states.load(aggregateOf(category), stream);
    return this.states.peek(stream) ?? loaded; // it may have begun while it was read
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

const problem = (status: number, code: string, detail: string): Decided => ({
  kind: 'problem',
  problem: new Problem(status, code, detail),
});

const refused = (refusal: Refusal): Decided =>
  problem(refusalStatus[refusal.refused as RefusalCode], refusal.refused, refusal.detail);

/** Why what a command refers to cannot be used, if so: it has to exist, and not to be void. */
const unusable = (
  reference: Reference | undefined,
  origin: StreamState | null,
): Decided | undefined => {
  if (reference === undefined || origin === null) return undefined;
  const { category, id } = reference;
  if (origin.version === 0) {
    return problem(404, 'stream-unknown', `there is no ${category} ${id}`);
  }
  return origin.voidedBy === null
    ? undefined
    : refused(voidedWork(streamFor(reference), origin.voidedBy));
};

const streamFor = ({ category, id }: Reference): string => streamOf(category, id);

const decidedBy = (decision: readonly DomainEvent[] | Refusal): Decided =>
  isRefusal(decision) ? refused(decision) : { kind: 'events', events: decision };
