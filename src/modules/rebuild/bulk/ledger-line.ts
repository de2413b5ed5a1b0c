import type { StoredEvent } from '../../../events/event-metadata';
import { fieldsOf } from '../../database/copy-text';

/** In the order that `LedgerLine` reads them; the data, which has no raw tab in it, at the end. */
export const lineColumns = `position, type, schema_version, version, stream, deployment_id, occurred_at, recorded_at,
  event_id, correlation_id, causation_id, actor, data`;

const tab = '\t';

/** A copy that does not keep the line alive which the text is a part of. */
const owned = (text: string): string => Buffer.from(text).toString();

/** Texts of which there are few different ones, each kept once. */
class FewTexts {
  private readonly known = new Map<string, string>();

  of(text: string): string {
    let kept = this.known.get(text);
    if (kept === undefined) {
      kept = owned(text);
      if (this.known.size < 10_000) this.known.set(kept, kept);
    }
    return kept;
  }
}

const names = new FewTexts();

/** By the number of a fraction's digits, less one, those that are missing of six. */
const zeros = ['00000', '0000', '000', '00', '0', ''];

/** Turns PostgreSQL's times into canonical instants; the seconds of one are often those of the last. */
class Instants {
  private seconds = '';
  private canonical = '';

  of(line: string, from: number, to: number): string {
    if (this.seconds === '' || !line.startsWith(this.seconds, from)) {
      // V8 copies texts as short as these: they do not keep the line alive.
      const day = line.slice(from, from + 10);
      const time = line.slice(from + 11, from + 19);
      this.seconds = `${day} ${time}`;
      this.canonical = `${day}T${time}.`;
    }
    // PostgreSQL leaves zeros at the end out; most times are of whole milliseconds.
    const digits = to - from - 23;
    if (digits < 1) return `${this.canonical}000000Z`;
    return `${this.canonical}${line.slice(from + 20, to - 3)}${zeros[digits - 1] ?? ''}Z`;
  }
}

const occurred = new Instants();
const recorded = new Instants();

/**
 * An event as a line of COPY's text format gives it. What a fold may not ask for is made only when it
 * is asked for: most of all its data.
 */
export class LedgerLine implements StoredEvent {
  readonly type: string;
  readonly schemaVersion: number;
  readonly version: number;
  stream: string;
  private readonly rest: number;
  private parsed: unknown = undefined;
  private occurred: string | undefined = undefined;
  private later: readonly (string | null)[] | null = null;

  constructor(private readonly line: string) {
    const type = line.indexOf(tab) + 1;
    const schemaVersion = line.indexOf(tab, type) + 1;
    const version = line.indexOf(tab, schemaVersion) + 1;
    const stream = line.indexOf(tab, version) + 1;
    this.rest = line.indexOf(tab, stream) + 1;
    this.type = names.of(plainText(line.slice(type, schemaVersion - 1)));
    this.schemaVersion = Number(line.slice(schemaVersion, version - 1));
    this.version = Number(line.slice(version, stream - 1));
    this.stream = plainText(line.slice(stream, this.rest - 1));
  }

  get position(): bigint {
    return BigInt(this.line.slice(0, this.line.indexOf(tab)));
  }

  get deploymentId(): string {
    return names.of(plainText(this.line.slice(this.rest, this.line.indexOf(tab, this.rest))));
  }

  get occurredAt(): string {
    return (this.occurred ??= this.toldOccurred());
  }

  get recordedAt(): string {
    const from = this.line.indexOf(tab, this.line.indexOf(tab, this.rest) + 1) + 1;
    return recorded.of(this.line, from, this.line.indexOf(tab, from));
  }

  get data(): unknown {
    return (this.parsed ??= JSON.parse(
      plainText(this.line.slice(this.line.lastIndexOf(tab) + 1)),
    ) as unknown);
  }

  get eventId(): string {
    return this.text(8);
  }

  get correlationId(): string {
    return this.text(9);
  }

  get causationId(): string | null {
    const text = this.fields()[10] ?? null;
    return text === null ? null : owned(text);
  }

  get actor(): string {
    return this.text(11);
  }

  /** The same as an object of its own properties, which can be spread. */
  plain(): StoredEvent {
    const { position, type, schemaVersion, version, stream, data } = this;
    const { deploymentId, occurredAt, recordedAt, eventId, actor } = this;
    const { correlationId, causationId } = this;
    return {
      position,
      type,
      schemaVersion,
      version,
      stream,
      data,
      deploymentId,
      occurredAt,
      recordedAt,
      eventId,
      actor,
      correlationId,
      causationId,
    };
  }

  private toldOccurred(): string {
    const from = this.line.indexOf(tab, this.rest) + 1;
    return occurred.of(this.line, from, this.line.indexOf(tab, from));
  }

  private text(index: number): string {
    return owned(this.fields()[index] ?? '');
  }

  private fields(): readonly (string | null)[] {
    return (this.later ??= fieldsOf(this.line));
  }
}

/** A field that is not null. */
const plainText = (field: string): string =>
  field.includes('\\') ? (fieldsOf(field)[0] ?? '') : field;
