/** Names what follows: with another way to make parts, all vectors have to be made again. */
export const partsRule = 'sentences-1';

/** Sentences shorter than this go with the one before: alone they mean little. */
const shortest = 40;

/** Longer ones are cut: the model takes no notice of what follows its first 128 pieces of words. */
const longest = 480;

/** Beyond these a paragraph is not searched by meaning; an hour's reading has fewer sentences. */
const partsAtMost = 256;

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

const cut = (text: string): string[] => {
  const pieces: string[] = [];
  for (let rest = text; rest !== '';) {
    const space = rest.length <= longest ? rest.length : rest.lastIndexOf(' ', longest);
    const end = space > 0 ? space : longest;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return pieces;
};

/**
 * What of a paragraph gets a vector of its own: its sentences, since a question is answered by one
 * of them and the mean of all is near to none.
 */
export const partsOf = (paragraph: string): string[] => {
  const parts: string[] = [];
  for (const { segment } of sentences.segment(paragraph)) {
    const sentence = segment.trim();
    const last = parts.at(-1);
    const fits = last !== undefined && last.length + sentence.length < longest;
    if (sentence === '') continue;
    if (fits && (sentence.length < shortest || last.length < shortest)) {
      parts[parts.length - 1] = `${last} ${sentence}`;
    } else parts.push(...cut(sentence));
    if (parts.length >= partsAtMost) break;
  }
  return parts.slice(0, partsAtMost);
};
