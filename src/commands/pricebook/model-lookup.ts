import { inWords, matched, withDashedDate } from './name-match';
import type { Catalogue, CatalogueModel, Price, PriceBook } from './pricebook.state';

/** A price that may be a model's, and by which rule it is. */
interface Entry extends Price {
  /** As the book knows the model; of a catalogue `<provider>/<model>`. */
  readonly model: string;
  readonly rule: string;
}

/** Everything the book has for a model name; those before come first where they have a price in force. */
type Lookup = readonly (readonly Entry[])[];

const entriesOf = (prices: Iterable<Price>, model: string, rule: string): Entry[] =>
  Array.from(prices, (price) => ({ ...price, model, rule }));

interface Found {
  readonly provider: string;
  readonly found: CatalogueModel;
  readonly rule: string;
}

const within = (
  { provider, models, fallbacks }: Catalogue,
  name: string,
  others: readonly Catalogue[],
): Found | undefined => {
  for (const found of models) {
    const tests = matched(found.match, name);
    if (tests !== undefined) return { provider, found, rule: inWords(tests) };
  }
  for (const fallback of fallbacks) {
    const other = others.find((catalogue) => catalogue.provider === fallback);
    const found = other && within(other, name, []);
    if (found !== undefined) return found;
  }
  return undefined;
};

const ofProvider = (
  catalogue: Catalogue,
  name: string,
  all: readonly Catalogue[],
): Found | undefined => {
  const found = within(catalogue, name, all);
  if (found !== undefined) return found;
  const dashed = withDashedDate(name);
  return dashed === name ? undefined : within(catalogue, dashed, all);
};

const providerNamed = (all: readonly Catalogue[], name: string): Catalogue | undefined =>
  all.find(({ provider }) => provider === name.toLowerCase()) ??
  all.find(({ providerMatch }) => matched(providerMatch, name) !== undefined);

/** By the provider that a name begins with (`openai/gpt-4o`, `openai:gpt-4o`), else by its own form. */
const inCatalogues = (all: readonly Catalogue[], name: string): Found | undefined => {
  const [, prefix, rest] = /^([^/:]+)[/:](.+)$/.exec(name) ?? [];
  if (prefix !== undefined && rest !== undefined) {
    const catalogue = providerNamed(all, prefix);
    const found = catalogue && ofProvider(catalogue, rest, all);
    if (found !== undefined) return { ...found, rule: `prefix ${prefix}, ${found.rule}` };
  }
  const catalogue = all.find(({ modelMatch }) => matched(modelMatch, name) !== undefined);
  return catalogue && ofProvider(catalogue, name, all);
};

const lookUp = (book: PriceBook, name: string): Lookup => {
  const own = (model: string, rule: string): Entry[] =>
    entriesOf(book.prices.get(model.toLowerCase()) ?? [], model, rule);
  const exact = own(name, 'exact');
  const catalogued = inCatalogues(book.catalogues, name.trim());
  if (catalogued === undefined) return [exact];
  const { provider, found, rule } = catalogued;
  const { model, prices } = found;
  const renamed = model.toLowerCase() === name.toLowerCase() ? [] : own(model, rule);
  return [exact, [...renamed, ...entriesOf(prices, `${provider}/${model}`, rule)]];
};

const rememberedAtMost = 10_000;
const remembered = new WeakMap<PriceBook, Map<string, Lookup>>();

/**
 * What the book has for a model's name: what was set for exactly this name, then what was set for the
 * name it goes by in a catalogue, beside the catalogue's own prices. Looked up once for each book.
 */
export const lookup = (book: PriceBook, name: string): Lookup => {
  let names = remembered.get(book);
  if (names === undefined || names.size >= rememberedAtMost) {
    remembered.set(book, (names = new Map<string, Lookup>()));
  }
  let known = names.get(name);
  if (known === undefined) names.set(name, (known = lookUp(book, name)));
  return known;
};
