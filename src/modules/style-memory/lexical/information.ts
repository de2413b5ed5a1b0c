/** A word of a query, as a lexeme, with the number of texts it is in. */
export interface AskedWord {
  readonly word: string;
  readonly texts: number;
}

/** The word of the index that a word of the query stands for; `likeness` below 1 where it is misspelled. */
export interface KnownWord extends AskedWord {
  readonly likeness: number;
}

/** A word to look for: what finding it is worth, of all that the query asks for. */
interface Term extends AskedWord {
  readonly worth: number;
}

export interface LexicalQuery {
  /** The words to look for, the most telling ones first. */
  readonly terms: readonly Term[];
  /** The information of all that was asked, found or not; 0 where only stop words were. */
  readonly asked: number;
}

/** Beyond these, the words that tell least are left out of long queries. */
const termsAtMost = 64;

/**
 * The information of meeting a word in a text: its inverse document frequency, in nats. 1 is added
 * within, so that a word in more than half of all texts still tells a little.
 *
 * Source: S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
 * equation 3.3, without relevance information.
 */
export const informationOf = (texts: number, size: number): number =>
  Math.log(1 + (size - texts + 0.5) / (texts + 0.5));

/**
 * What to look for, and what all of it is worth.
 *
 * A paragraph's lexical score is the share of the query's information that it answers: the sum over
 * the query's words of information x min(1, saturation), where the paragraph has the word, divided by
 * the sum of information over all its words. 1 means that everything asked was found. A misspelled word is looked
 * for as the nearest known one, and finding that is worth less by their likeness; one that is like no
 * known word counts in the whole and is never found.
 *
 * @param nearest for unknown words, the known word that each stands for.
 * @param size the number of texts in the index.
 */
export const queryOf = (
  words: readonly AskedWord[],
  nearest: ReadonlyMap<string, KnownWord>,
  size: number,
): LexicalQuery => {
  const meant = words
    .map((one) => (one.texts > 0 ? { ...one, likeness: 1 } : nearest.get(one.word)))
    .map((known) => ({ known, information: informationOf(known?.texts ?? 0, size) }))
    .sort((left, right) => right.information - left.information)
    .slice(0, termsAtMost);
  const terms = new Map<string, Term>();
  for (const { known, information } of meant) {
    if (known === undefined) continue;
    const { word, texts, likeness } = known;
    const worth = Math.max(information * likeness, terms.get(word)?.worth ?? 0);
    terms.set(word, { word, texts, worth });
  }
  return {
    terms: [...terms.values()],
    asked: meant.reduce((sum, { information }) => sum + information, 0),
  };
};

/** How many postings a search may read: in all, and of a word that it cannot read to its end. */
export interface Readings {
  readonly all: number;
  readonly inPart: number;
}

/**
 * How many of each word's texts to look at: every text of the rarest word, then of the next, and so on
 * as long as the words fit; the best few of a word that does not. A text that answers much of a query
 * has some of its rare words, and only among all texts of a word is it sure to be seen.
 *
 * @param terms the rarest ones first.
 */
export const readingsOf = (
  terms: readonly Pick<AskedWord, 'texts'>[],
  { all, inPart }: Readings,
): number[] => {
  let left = all;
  return terms.map(({ texts }) => {
    const reading = texts <= left ? texts : Math.min(inPart, left);
    left -= reading;
    return reading;
  });
};
