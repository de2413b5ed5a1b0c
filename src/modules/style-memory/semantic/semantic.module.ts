import { Module } from '@nestjs/common';
import { SETTINGS } from '../../config/settings.token';
import type { Settings } from '../../config/settings';
import { EMBEDDER } from './embedder';
import type { Embedder } from './embedder';
import { HttpEmbedder } from './remote/http-embedder';
import { SemanticArm } from './semantic-arm';
import { SemanticThread } from './thread/semantic-thread';
import { ThreadEmbedder } from './thread/thread-embedder';
import { Indexer } from './vectors/indexer';
import { VectorFollower } from './vectors/vector-follower';

const embedderOf = ({ embeddings }: Settings, thread: SemanticThread): Embedder =>
  embeddings === null ? new ThreadEmbedder(thread) : new HttpEmbedder(embeddings);

/** Style memory by meaning: the model, the vectors of all paragraphs, and the search in them. */
@Module({
  providers: [
    SemanticThread,
    { provide: EMBEDDER, useFactory: embedderOf, inject: [SETTINGS, SemanticThread] },
    Indexer,
    VectorFollower,
    SemanticArm,
  ],
  exports: [SemanticArm, Indexer],
})
export class SemanticModule {}
