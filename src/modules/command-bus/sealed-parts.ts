import { streamOf } from '../../commands/aggregate';
import type { KeyName } from '../../events/sealed-value';
import type { Ground } from '../ledger/append';
import { sealedEvent, subjectsOf } from '../personal/sealing';
import type { SubjectKeys } from '../personal/subject-keys';
import { aggregateOf } from './catalogue';
import { groundOf } from './decided-parts';
import type { FreshPart, FreshParts, RecordedParts } from './decided-parts';
import type { StreamState, StreamStates } from './stream-states';

const category = 'subject';
const subjectStream = (subject: string): string => streamOf(category, subject);

const subjectsIn = (parts: FreshParts): readonly string[] => {
  const subjects: string[] = [];
  for (const { events } of parts) for (const event of events) subjects.push(...subjectsOf(event));
  return subjects.length < 2 ? subjects : [...new Set(subjects)];
};

/**
 * Seals what is personal in decided events. Each forgetting of a person is an event of their stream, so the
 * version of that stream is the generation of their key; and it is a ground of the append. So the ledger,
 * where the order is made, refuses what is sealed by the key of somebody who was forgotten meanwhile, and
 * it is sealed anew by the next. That costs nothing where nothing is personal.
 */
export class PartSealer {
  constructor(
    private readonly keys: SubjectKeys,
    private readonly states: StreamStates,
  ) {}

  /** Null where a key has to be got first: see `prepare`. */
  sealed(parts: FreshParts): RecordedParts | null {
    const subjects = subjectsIn(parts);
    if (subjects.length === 0) return { parts, grounds: [] };
    const found = new Map<string, KeyName & { readonly secret: Buffer }>();
    const grounds: Ground[] = [];
    for (const subject of subjects) {
      const state = this.states.peek(subjectStream(subject));
      const name = state && nameOf(subject, state);
      const secret = name && this.keys.peek(name);
      if (state === undefined || name === undefined || secret === undefined) return null;
      found.set(subject, { ...name, secret });
      grounds.push(groundOf(subjectStream(subject), state));
    }
    const keyOf = (subject: string): KeyName & { readonly secret: Buffer } => {
      const key = found.get(subject);
      if (key === undefined) throw new Error(`there is no key of ${subject}`);
      return key;
    };
    const [own, ...others] = parts.map((part) => sealedPart(part, keyOf));
    return { parts: [own as FreshPart, ...others], grounds };
  }

  /** Brings the keys to memory that it takes to seal these; they are made where there are none. */
  async prepare(parts: FreshParts): Promise<void> {
    for (const subject of subjectsIn(parts)) {
      const state = await this.states.load(aggregateOf(category), subjectStream(subject));
      await this.keys.load(nameOf(subject, state));
    }
  }
}

const nameOf = (subject: string, { version }: StreamState): KeyName => ({
  subject,
  generation: version,
});

const sealedPart = (
  part: FreshPart,
  keyOf: (subject: string) => KeyName & { readonly secret: Buffer },
): FreshPart => {
  const events = part.events.map((event) => sealedEvent(part.stream, event, keyOf));
  const fresh = part.fresh.map((one, index) =>
    events[index] === part.events[index]
      ? one
      : { ...one, data: JSON.stringify(events[index]?.data) },
  );
  return { ...part, events, fresh };
};
