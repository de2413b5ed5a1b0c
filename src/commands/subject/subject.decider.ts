import type { EventsOf } from '../../events';
import type { subjectEventSchemas } from '../../events/subject.events';
import { refuse } from '../decider';
import type { Decider } from '../decider';
import type { SubjectCommand } from './subject.commands';

export type SubjectEvent = EventsOf<typeof subjectEventSchemas>;
type SubjectRefusal = 'subject-unknown';

export interface SubjectState {
  /** How often: also the generation of the key that whatever comes next is sealed by. */
  readonly forgettings: number;
}

/** What a word about a person knows besides their own stream. */
export interface SubjectContext {
  /** The generation of their newest key; null where they have none. */
  readonly newestKey: number | null;
}

/** A person whose data may be in events: it is known as long as there is a key, and can come back under another. */
export const subject: Decider<
  SubjectState,
  SubjectCommand,
  SubjectEvent,
  SubjectRefusal,
  SubjectContext
> = {
  initialState: { forgettings: 0 },
  evolve: ({ forgettings }) => ({ forgettings: forgettings + 1 }),
  decide: (command, { forgettings }, { newestKey }) => {
    // A key of an earlier generation is one that is being destroyed.
    if (newestKey !== null && newestKey >= forgettings) {
      const { reason } = command;
      return [{ type: 'SubjectForgotten', data: { reason, key: newestKey } }];
    }
    if (forgettings > 0) return [];
    return refuse('subject-unknown', `no event holds anything personal of ${command.subject}`);
  },
};
