/** A piece of a word and the logarithm of how likely it is. */
export type Vocabulary = readonly (readonly [piece: string, score: number])[];

/** Marks where a word begins, as SentencePiece does. */
const wordStart = '\u2581';

/** The first pieces of the vocabulary stand for themselves and are never found in a text. */
const reserved = 6;

/** Of a character that no piece begins with; the model passes over it. */
const unknown = 0;

const separated = (text: string): string =>
  text.normalize('NFKC').replace(/\s+/g, ' ').trim().replaceAll(' ', wordStart);

/**
 * Cuts a text into the most likely pieces of the vocabulary (the unigram model of SentencePiece,
 * Kudo 2018, by Viterbi's algorithm).
 */
export class Tokenizer {
  private readonly pieces = new Map<string, { id: number; score: number }>();
  /** What a piece may begin with. */
  private readonly beginnings = new Set<string>();

  constructor(vocabulary: Vocabulary) {
    for (const [id, [piece, score]] of vocabulary.entries()) {
      if (id < reserved) continue;
      this.pieces.set(piece, { id, score });
      for (let length = 1; length <= piece.length; length += 1) {
        this.beginnings.add(piece.slice(0, length));
      }
    }
  }

  /** The pieces of `text` by number; none where it has no piece of the vocabulary but space. */
  encode(text: string): number[] {
    const words = separated(text);
    if (words === '') return [];
    const input = wordStart + words;
    const scores = new Float64Array(input.length + 1).fill(-Infinity);
    const lengths = new Int32Array(input.length + 1);
    const ids = new Int32Array(input.length + 1);
    scores[0] = 0;
    const offer = (end: number, length: number, id: number, score: number): void => {
      if (score < (scores[end] ?? 0)) return;
      scores[end] = score;
      lengths[end] = length;
      ids[end] = id;
    };
    for (let start = 0; start < input.length; start += 1) {
      const before = scores[start] ?? -Infinity;
      if (before === -Infinity) continue;
      const character = String.fromCodePoint(input.codePointAt(start) ?? 0).length;
      // So unlikely that any way around it is better.
      offer(start + character, character, unknown, before - 100);
      for (let end = start + 1; end <= input.length; end += 1) {
        const text = input.slice(start, end);
        if (!this.beginnings.has(text)) break;
        const piece = this.pieces.get(text);
        if (piece !== undefined) offer(end, end - start, piece.id, before + piece.score);
      }
    }
    const found: number[] = [];
    for (let end = input.length; end > 0; end -= lengths[end] ?? end) found.push(ids[end] ?? 0);
    const space = this.pieces.get(wordStart)?.id;
    return found.every((id) => id === unknown || id === space) ? [] : found.reverse();
  }
}
