import { SentenceEncoder } from '../encoder/sentence-encoder';
import { VectorIndex } from '../index/vector-index';
import type { ThreadReply, ThreadRequest } from './thread-messages';

/** Enough for the compiler to see what is run often. */
const warmUpRounds = 40;
const warmUpText = 'Which of the paragraphs that we admire says something about this?';

type Of<Task extends ThreadRequest['task']> = Extract<ThreadRequest, { task: Task }>;

/**
 * The work of the semantic thread, one piece after the other: searches first, which are short; then
 * queries to be encoded; then, sentence by sentence, what the index wants encoded.
 */
export class ThreadDesk {
  private readonly searches: ThreadRequest[] = [];
  private readonly queries: Of<'encode'>[] = [];
  private readonly background: { readonly request: Of<'encode'>; readonly made: Float32Array[] }[] =
    [];
  private encoder: Promise<SentenceEncoder> | undefined;
  private index: VectorIndex | undefined;
  private working = false;

  constructor(
    private readonly reply: (reply: ThreadReply) => void,
    private readonly load: () => Promise<SentenceEncoder> = () => SentenceEncoder.load(),
  ) {}

  take(request: ThreadRequest): void {
    if (request.task !== 'encode') this.searches.push(request);
    else if (request.input.background) this.background.push({ request, made: [] });
    else this.queries.push(request);
    if (!this.working) void this.work();
  }

  private async work(): Promise<void> {
    this.working = true;
    while (await this.doNext()) {
      // Lets in what was asked meanwhile, which may be more urgent.
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.working = false;
  }

  private async doNext(): Promise<boolean> {
    const urgent = this.searches.shift() ?? this.queries.shift();
    if (urgent !== undefined) {
      await this.answer(urgent, () => this.valueOf(urgent));
      return true;
    }
    const [first] = this.background;
    if (first === undefined) return false;
    await this.encodeOne(first);
    return true;
  }

  private async answer({ id, until }: ThreadRequest, make: () => Promise<unknown>): Promise<void> {
    const started = performance.now();
    const told = (what: Partial<ThreadReply>): void => {
      this.reply({ id, took: performance.now() - started, ...what });
    };
    if (until !== null && Date.now() > until) {
      told({ error: 'its turn came too late' });
      return;
    }
    try {
      told({ value: await make() });
    } catch (error) {
      told({ error: (error as Error).message });
    }
  }

  private async valueOf(request: ThreadRequest): Promise<unknown> {
    switch (request.task) {
      case 'encode':
        return Promise.all(request.input.texts.map((text) => this.encode(text)));
      case 'search': {
        const { vector, limit } = request.input;
        return this.comparable(vector)?.search(vector, limit) ?? [];
      }
      case 'score': {
        const { vector, contentHashes } = request.input;
        return this.comparable(vector)?.score(vector, contentHashes) ?? [];
      }
      case 'change':
        return this.change(request.input);
    }
  }

  /** One more text of what the index wants, whose answer is due when all are done. */
  private async encodeOne({ request, made }: (typeof this.background)[number]): Promise<void> {
    const text = request.input.texts[made.length];
    try {
      if (text !== undefined) made.push(await this.encode(text));
      if (made.length < request.input.texts.length) return;
      this.reply({ id: request.id, value: made, took: 0 });
    } catch (error) {
      this.reply({ id: request.id, error: (error as Error).message, took: 0 });
    }
    this.background.shift();
  }

  private async encode(text: string): Promise<Float32Array> {
    this.encoder ??= this.load().then((encoder) => {
      for (let round = 0; round < warmUpRounds; round += 1) encoder.encode(warmUpText);
      return encoder;
    });
    const loading = this.encoder;
    const encoder = await loading.catch((error: unknown) => {
      if (this.encoder === loading) this.encoder = undefined; // whoever comes next reads it again
      throw error;
    });
    return encoder.encode(text);
  }

  /** The index, where there is one. @throws Error for a vector of another length than those in it. */
  private comparable({ length }: Float32Array): VectorIndex | undefined {
    if (this.index === undefined || this.index.dimensions === length) return this.index;
    throw new Error(
      `a vector of ${length} numbers cannot be compared with those of ${this.index.dimensions}`,
    );
  }

  private change({ changes }: Of<'change'>['input']): number {
    for (const { contentHash, dimensions, parts } of changes) {
      this.index ??= new VectorIndex(dimensions);
      if (parts === null) this.index.remove(contentHash);
      else if (dimensions === this.index.dimensions) this.index.put(contentHash, parts);
    }
    return this.index?.size ?? 0;
  }
}
