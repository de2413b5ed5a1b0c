import { z } from 'zod';
import { aggregates } from '../../commands';
import type { DecisionContext, RefusalCode } from '../../commands';
import type { Aggregate } from '../../commands/aggregate';
import { wireNameOf } from '../../commands/command';
import type { CommandDefinition } from '../../commands/command';

const earliest = '2015-01-01T00:00:00Z';
const aheadAtMost = 5 * 60_000;

/** What every command takes besides its own fields. */
const occurredAt = z.iso
  .datetime({
    offset: true,
    error: 'an ISO 8601 time with a zone, such as 2026-01-08T22:32:15Z',
    abort: true,
  })
  .refine((time) => Date.parse(time) >= Date.parse(earliest), `must not be before ${earliest}`)
  .refine((time) => Date.parse(time) <= Date.now() + aheadAtMost, {
    error: () =>
      `is more than 5 minutes ahead of this server's clock (${new Date().toISOString()})`,
  })
  .optional();

/** Any kind of stream, as what takes commands to it knows it. */
export type AnyAggregate = Aggregate<DecisionContext, RefusalCode>;

export interface CatalogueEntry {
  /** As on the wire: `start-execution`. */
  readonly name: string;
  /** As deciders know it: `StartExecution`. */
  readonly type: string;
  readonly aggregate: AnyAggregate;
  readonly definition: CommandDefinition;
  /** The command's own schema with `occurredAt`. */
  readonly schema: z.ZodObject;
}

/**
 * Every command by its name on the wire.
 *
 * @throws Error for a name that two aggregates claim.
 */
const buildCatalogue = (): ReadonlyMap<string, CatalogueEntry> => {
  const entries = new Map<string, CatalogueEntry>();
  for (const aggregate of aggregates as readonly AnyAggregate[]) {
    for (const [type, definition] of Object.entries(aggregate.commands)) {
      const name = wireNameOf(type);
      if (entries.has(name)) throw new Error(`command ${name} is defined twice`);
      const schema = definition.schema.safeExtend({ occurredAt });
      entries.set(name, { name, type, aggregate, definition, schema });
    }
  }
  return entries;
};

export const catalogue = buildCatalogue();

/** @throws Error for a category that no aggregate has. */
export const aggregateOf = (category: string): AnyAggregate => {
  const known: readonly AnyAggregate[] = aggregates;
  const found = known.find((aggregate) => aggregate.category === category);
  if (found === undefined) throw new Error(`there is no kind of stream ${category}`);
  return found;
};
