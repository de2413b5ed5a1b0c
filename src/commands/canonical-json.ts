type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** The same value with the fields of each object in one order, whichever they came in. */
export const inOneOrder = (value: Json): Json => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map(inOneOrder);
  const parts = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(parts.map(([name, part]) => [name, inOneOrder(part)]));
};

/** One text for one value: names in the order of their code units, nothing between (RFC 8785). */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalJson).join(',')}]`;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`).join(',')}}`;
};
