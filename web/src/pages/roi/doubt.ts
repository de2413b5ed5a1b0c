const kinds = ['unpriced', 'deviating'] as const;
export type DoubtKind = (typeof kinds)[number];

/** The calls of one model and agent whose cost is in doubt. */
export interface Doubt {
  readonly kind: DoubtKind;
  readonly model: string;
  readonly agent: string;
}

/** What the page's address asks to see more of; null where it names nothing. */
export const doubtOf = (query: Readonly<Record<string, string>>): Doubt | null => {
  const { model, agent } = query;
  const kind = kinds.find((name) => name === query['kind']);
  if (kind === undefined || model === undefined || agent === undefined) return null;
  return { kind, model, agent };
};
