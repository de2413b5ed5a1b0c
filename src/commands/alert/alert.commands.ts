import { z } from 'zod';
import { alertEventSchemas } from '../../events/alert.events';
import { command } from '../command';
import type { CommandOf } from '../command';
import { idSchema, momentSchema, saidSchema } from '../fields';

/** `<rule>.<n>`: the n-th time that the rule fires. */
const alert = idSchema;
const operator = 'operator' as const;

/** Its number counts on: another name would stand in the way of another rule. */
const isNamedByRule = (fired: {
  readonly alert: string;
  readonly rule: { readonly rule: string };
}) =>
  fired.alert.startsWith(`${fired.rule.rule}.`) &&
  /^[1-9]\d{0,8}$/.test(fired.alert.slice(fired.rule.rule.length + 1));

const { AlertFired, AlertResolved } = alertEventSchemas;

const { observed: anyObserved, pendingSince } = AlertFired.shape;
const { samples, readPosition } = anyObserved.shape;

/** What its read model has a column for: one that does not fit would hold up all alerts behind it. */
const observed = anyObserved.extend({
  samples: samples.pipe(z.int().min(0).max(2_147_483_647)),
  since: z.string().pipe(z.iso.date()).nullable(),
  readPosition: readPosition.refine((text) => /^\d{1,18}$/.test(text), 'is no position'),
});

export const alertCommands = {
  AcknowledgeAlert: command({
    summary: 'Say that somebody sees to an alert; it goes on firing until its measure is well',
    schema: z.strictObject({ alert, comment: saidSchema }),
    role: operator,
  }),
  DismissAlert: command({
    summary: 'Refuse the rollback that an alert asks for',
    schema: z.strictObject({ alert, reason: saidSchema }),
    role: operator,
  }),
  FireAlert: command({
    summary: 'Say that an alert fires (issued by whoever evaluates the rules)',
    schema: AlertFired.extend({ alert, observed, pendingSince: pendingSince.pipe(momentSchema) })
      .strict()
      .refine(isNamedByRule, {
        path: ['alert'],
        error: 'is the name of its rule, a dot and a number from 1',
      }),
    opens: true,
    role: operator,
  }),
  AnswerAlert: command({
    summary: 'Say that the rollback has begun that an alert asks for (issued by the same)',
    schema: z.strictObject({ alert, rollbackId: idSchema }),
    role: operator,
  }),
  ResolveAlert: command({
    summary: 'Say that an alert is over (issued by the same)',
    schema: AlertResolved.extend({ alert, observed: observed.nullable() }).strict(),
    role: operator,
  }),
};

export type AlertCommand = CommandOf<typeof alertCommands>;
