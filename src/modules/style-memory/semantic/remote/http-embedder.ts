import { z } from 'zod';
import type { EmbeddingsSettings } from '../../../config/settings';
import type { Embedder, Urgency } from '../embedder';
import { SemanticUnavailable } from '../semantic-unavailable';
import { vectorKeyOf } from '../vectors/vector-key';

/** Requests under way; what comes beyond them is refused. */
const queriesAtMost = 32;

const textsAtOnce = 64;

/** The index has time, a server that never answers has not. */
const backgroundTimeoutMilliseconds = 60_000;

/** After a failure nobody else waits for a server that is away; then one tries again. */
const quietMilliseconds = 1_000;

/** What a server says about the texts, and not about itself. */
const refusals: ReadonlySet<number> = new Set([400, 413, 422]);

/** What every model takes. */
const plainText = 'text';

const answerSchema = z.object({
  data: z
    .array(
      z.object({
        index: z.number().int().min(0).optional(),
        embedding: z.array(z.number()).min(1).max(16_384),
      }),
    )
    .min(1),
});

/** The server does not take these texts. */
class Refusal extends Error {}

const unit = (numbers: readonly number[]): Float32Array => {
  const length = Math.hypot(...numbers) || 1;
  return Float32Array.from(numbers, (number) => number / length);
};

/**
 * A model behind an OpenAI-compatible `POST /v1/embeddings`. Its server may be away, slow or wrong:
 * each is `SemanticUnavailable`, and a query waits no longer than its settings say.
 */
export class HttpEmbedder implements Embedder {
  readonly model: string;
  private length: number | null = null;
  /** Of the vectors that are in the database; null as long as none are known. */
  private kept: number | null = null;
  private queries = 0;
  private failure: { readonly reason: string; readonly at: number } | null = null;

  constructor(private readonly settings: EmbeddingsSettings) {
    this.model = settings.model;
  }

  get dimensions(): number | null {
    return this.kept ?? this.length;
  }

  keepTo(dimensions: number): void {
    this.kept = dimensions;
  }

  get isUp(): boolean {
    return this.failure === null;
  }

  async embed(texts: readonly string[], urgency: Urgency): Promise<Float32Array[]> {
    if (urgency === 'query') {
      return Promise.all(texts.map((text) => this.embedQuery(text)));
    }
    const vectors: Float32Array[] = [];
    for (let from = 0; from < texts.length; from += textsAtOnce) {
      const found = await this.embedAll(texts.slice(from, from + textsAtOnce));
      if (found.every((one) => one instanceof Refusal)) await this.expectTaken(plainText);
      vectors.push(...found.map((one) => (one instanceof Refusal ? this.nothing() : one)));
    }
    return vectors;
  }

  /** @throws SemanticUnavailable where the server refuses this text too: it is at fault, and no text of ours. */
  private async expectTaken(text: string): Promise<void> {
    const [taken] = await this.embedAll([text]);
    if (taken instanceof Refusal) throw new SemanticUnavailable(taken.message, { cause: taken });
  }

  /** What a text that the server does not take means to it; another answer has said how long a vector is. */
  private nothing(): Float32Array {
    return new Float32Array(this.dimensions ?? 0);
  }

  private async embedQuery(text: string): Promise<Float32Array> {
    if (this.failure !== null && performance.now() - this.failure.at < quietMilliseconds) {
      throw new SemanticUnavailable(this.failure.reason);
    }
    if (this.queries >= queriesAtMost) {
      throw new SemanticUnavailable(`${queriesAtMost} queries wait already`);
    }
    this.queries += 1;
    try {
      const [vector] = await this.ask([text], this.settings.timeoutMilliseconds);
      if (vector === undefined) throw new SemanticUnavailable('it gave no vector');
      return vector;
    } catch (error) {
      if (error instanceof Refusal) throw new SemanticUnavailable(error.message, { cause: error });
      throw error;
    } finally {
      this.queries -= 1;
    }
  }

  /** A text that the server does not take holds up no other. */
  private async embedAll(texts: readonly string[]): Promise<(Float32Array | Refusal)[]> {
    try {
      return await this.ask(texts, backgroundTimeoutMilliseconds);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (texts.length === 1) return [error];
      const middle = texts.length >> 1;
      return [
        ...(await this.embedAll(texts.slice(0, middle))),
        ...(await this.embedAll(texts.slice(middle))),
      ];
    }
  }

  private async ask(texts: readonly string[], milliseconds: number): Promise<Float32Array[]> {
    try {
      const vectors = this.read(await this.send(texts, milliseconds), texts.length);
      this.failure = null;
      return vectors;
    } catch (error) {
      if (error instanceof Refusal) throw error;
      const { origin, pathname } = new URL(this.settings.url); // what is beside them may be secret
      const reason = `${origin}${pathname} ${(error as Error).message}`;
      this.failure = { reason, at: performance.now() };
      throw new SemanticUnavailable(reason, { cause: error });
    }
  }

  private async send(input: readonly string[], milliseconds: number): Promise<unknown> {
    const { url, key, model } = this.settings;
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify({ model, input, encoding_format: 'float' }),
      signal: AbortSignal.timeout(milliseconds),
    });
    const text = await answer.text();
    const told = `answered ${answer.status}`;
    const cause = text.slice(0, 200);
    if (refusals.has(answer.status)) throw new Refusal(told, { cause });
    if (!answer.ok) throw new Error(told, { cause });
    return JSON.parse(text) as unknown;
  }

  private read(answer: unknown, count: number): Float32Array[] {
    const { data } = answerSchema.parse(answer, {
      error: () => 'answered something else than vectors',
    });
    const ordered = data.every(({ index }) => index !== undefined)
      ? data.toSorted((left, right) => (left.index ?? 0) - (right.index ?? 0))
      : data;
    const isEach = ordered.every(({ index }, place) => (index ?? place) === place);
    const length = ordered[0]?.embedding.length ?? 0;
    const isEven = ordered.every(({ embedding }) => embedding.length === length);
    if (ordered.length !== count || !isEach || !isEven) {
      throw new Error(`did not answer ${count} texts with a vector each, all of one length`);
    }
    this.expect(length);
    return ordered.map(({ embedding }) => unit(embedding));
  }

  /** Vectors of another length are those of another model. */
  private expect(length: number): void {
    const expected = this.kept ?? this.length;
    if (expected === null || expected === length) {
      this.length = length;
      return;
    }
    const changed = `gives vectors of ${length} numbers, and gave those of ${expected} before under the name ${this.model}: it is another model`;
    const mend = `have it serve the former, or name the new one in EMBEDDINGS_MODEL; under the same name, first delete from style.vectors where model = '${vectorKeyOf(this)}', and restart`;
    throw new Error(`${changed}. To mend it, ${mend}`);
  }
}
