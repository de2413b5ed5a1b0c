import { z } from 'zod';
import type { RecordedEvent } from '../../events';
import { idOfStream } from '../../events/event-metadata';
import { personalFields, personalValuesOf } from '../../events/personal-fields';
import { isSealed } from '../../events/sealed-value';
import { executionEventSchemas } from '../../events/execution.events';
import { latest, maximum, minimum, sum, text } from '../columns';
import { totals } from '../projection';

const counted = (truth: boolean): bigint => (truth ? 1n : 0n);

/** That an event holds something of each of these persons: sealed, or in plain text from before there were keys. */
const mentioned = ({ type, data, recordedAt }: RecordedEvent) => {
  const values = personalValuesOf(type, data);
  return [...new Set(values.map(({ subject }) => subject))].map((subject) => {
    const sealed = values.some((one) => one.subject === subject && isSealed(one.value));
    return {
      key: { subject },
      add: {
        events: counted(sealed),
        plainEvents: counted(!sealed),
        firstAt: recordedAt,
        lastAt: recordedAt,
      },
    };
  });
};

const types = [...personalFields.keys()];
const mentions = (of: readonly string[]): Readonly<Record<string, typeof mentioned>> =>
  Object.fromEntries(of.map((type) => [type, mentioned]));

/** Whom events hold something of, by name, and who was forgotten; nothing of what it is. */
export const subjects = totals({
  name: 'subjects',
  version: 1,
  summary:
    'Persons of whom events hold something: how many, since when, and when they were forgotten',
  key: { subject: text() },
  measures: {
    events: sum(),
    /** From before there were keys: what they hold is plain, and stays so. */
    plainEvents: sum(),
    firstAt: minimum(),
    lastAt: maximum(),
    forgettings: sum(),
    forgottenAt: maximum(),
    /** With the time before it, which tells the last one. */
    forgottenBy: latest(),
  },
  contributes: {
    ...mentions(types),
    SubjectForgotten: ({ stream, actor, recordedAt }: RecordedEvent<'SubjectForgotten'>) => [
      {
        key: { subject: idOfStream(stream, 'subject') },
        add: { forgettings: 1n, forgottenAt: recordedAt, forgottenBy: `${recordedAt} ${actor}` },
      },
    ],
  },
  // What is void is there still.
  sunk: mentions(types.filter((type) => Object.hasOwn(executionEventSchemas, type))),
  time: 'lastAt',
  sort: 'subject',
  present: (row) => {
    const by = row['forgottenBy'];
    return { ...row, forgottenBy: typeof by === 'string' ? by.slice(by.indexOf(' ') + 1) : null };
  },
  presented: { forgottenBy: z.string().nullable() },
});
