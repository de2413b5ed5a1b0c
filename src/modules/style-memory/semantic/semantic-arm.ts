import { Inject, Injectable } from '@nestjs/common';
import type { OpenSpan } from '../../telemetry/tracing';
import { semanticScore } from '../calibration';
import { embedding } from '../style-spans';
import { EMBEDDER } from './embedder';
import type { Embedder } from './embedder';
import type { Nearness } from './index/vector-index';
import { RecentVectors } from './recent-vectors';
import { SemanticUnavailable } from './semantic-unavailable';
import { SemanticThread } from './thread/semantic-thread';
import { VectorFollower } from './vectors/vector-follower';

export interface SemanticHit {
  readonly contentHash: string;
  /** Of the query and the nearest sentence of the paragraph. */
  readonly cosine: number;
  /** The cosine, calibrated to 0..1. */
  readonly score: number;
}

export interface SemanticAnswer {
  /** Best first. */
  readonly hits: readonly SemanticHit[];
  /** Paragraphs that are not searched by meaning yet. */
  readonly pending: number;
}

export interface SemanticStatus {
  readonly model: string;
  readonly indexed: number;
  readonly pending: number;
  /** False while queries are answered without this arm. */
  readonly available: boolean;
}

/** What the model is asked to see whether it answers. */
const probe = 'the opening of an article';

const hitOf = ({ contentHash, cosine }: Nearness): SemanticHit => ({
  contentHash,
  cosine,
  score: semanticScore(cosine),
});

/** Finds paragraphs of the style memory by what they mean. */
@Injectable()
export class SemanticArm {
  private readonly recent = new RecentVectors();

  constructor(
    @Inject(EMBEDDER) private readonly embedder: Embedder,
    private readonly thread: SemanticThread,
    private readonly follower: VectorFollower,
  ) {}

  /**
   * The paragraphs that are nearest to a text, `limit` at most.
   *
   * @throws SemanticUnavailable when model or thread is away, too busy or too slow.
   */
  async search(text: string, limit: number, span?: OpenSpan): Promise<SemanticAnswer> {
    const { indexed, pending } = this.follower.standing;
    if (indexed === 0) {
      if (pending > 0 && !this.isUp) {
        throw new SemanticUnavailable('it is away, and nothing is indexed by it');
      }
      return { hits: [], pending };
    }
    const vector = await this.vectorOf(text, span);
    if (vector === null) return { hits: [], pending };
    const found = await this.thread.ask('search', { vector, limit }, { urgent: true });
    return { hits: found.map(hitOf), pending };
  }

  /**
   * How near the given paragraphs are, by content hash; those without a vector are left out.
   *
   * @throws SemanticUnavailable when model or thread is away, too busy or too slow.
   */
  async score(
    text: string,
    contentHashes: readonly string[],
  ): Promise<ReadonlyMap<string, SemanticHit>> {
    if (this.follower.standing.indexed === 0 || contentHashes.length === 0) return new Map();
    const vector = await this.vectorOf(text);
    if (vector === null) return new Map();
    const found = await this.thread.ask('score', { vector, contentHashes }, { urgent: true });
    return new Map(found.map((nearness) => [nearness.contentHash, hitOf(nearness)]));
  }

  /**
   * Why the model gives no vectors, or null where it does: it is asked, whatever is remembered. As long as
   * nothing is searched by it, and nothing has failed, it need not have been read.
   */
  async trouble(): Promise<string | null> {
    if (this.follower.standing.indexed === 0 && this.isUp) return null;
    try {
      await this.embedder.embed([probe], 'query');
      return null;
    } catch (error) {
      if (error instanceof SemanticUnavailable) return error.reason;
      throw error;
    }
  }

  /** @throws Error when the database is away. */
  async status(): Promise<SemanticStatus> {
    const standing = await this.follower.count();
    return { model: this.embedder.model, available: this.isUp, ...standing };
  }

  private get isUp(): boolean {
    return this.embedder.isUp && this.thread.isUp;
  }

  /** Null where the text means nothing to the model. */
  private async vectorOf(text: string, span?: OpenSpan): Promise<Float32Array | null> {
    const vector = await this.recent.of(text, async () => {
      const [made] = await embedding(span, this.embedder, () =>
        this.embedder.embed([text], 'query'),
      );
      return made ?? new Float32Array(0);
    });
    return vector.some((number) => number !== 0) ? vector : null;
  }
}
