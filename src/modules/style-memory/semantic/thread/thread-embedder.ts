import type { Embedder, Urgency } from '../embedder';
import { dimensions } from '../encoder/dimensions';
import type { SemanticThread } from './semantic-thread';

/** The model whose weights come with Flowledger, in the semantic thread: offline, in English. */
export class ThreadEmbedder implements Embedder {
  readonly model = 'universal-sentence-encoder-lite';
  readonly dimensions = dimensions;

  constructor(private readonly thread: SemanticThread) {}

  get isUp(): boolean {
    return this.thread.isUp;
  }

  keepTo(): void {
    // Its vectors are of one length: another model has another name.
  }

  embed(texts: readonly string[], urgency: Urgency): Promise<Float32Array[]> {
    const background = urgency === 'background';
    return this.thread.ask('encode', { texts, background }, { urgent: !background });
  }
}
