import { Module } from '@nestjs/common';
import { ReadingModule } from '../reading/reading.module';
import { LexicalArm } from './lexical/lexical-arm';
import { SEMANTIC } from './semantic-port';
import { SemanticArm } from './semantic/semantic-arm';
import { SemanticModule } from './semantic/semantic.module';
import { StyleDatabase } from './style-database';
import { StyleMemoryController } from './style-memory.controller';
import { StyleMemoryHealth } from './style-memory.health';
import { StyleMemory } from './style-memory.service';
import { StyleSearch } from './style-search';

/** Queries to the style memory: by words and by meaning, each recorded as a fact. */
@Module({
  imports: [ReadingModule, SemanticModule],
  controllers: [StyleMemoryController],
  providers: [
    { provide: SEMANTIC, useExisting: SemanticArm },
    StyleDatabase,
    LexicalArm,
    StyleSearch,
    StyleMemory,
    StyleMemoryHealth,
  ],
})
export class StyleMemoryModule {}
