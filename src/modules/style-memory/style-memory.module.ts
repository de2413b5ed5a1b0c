import { Module } from '@nestjs/common';
import { ReadingModule } from '../reading/reading.module';
import { LexicalArm } from './lexical/lexical-arm';
import { SEMANTIC } from './semantic-port';
import type { SemanticPort } from './semantic-port';
import { SemanticUnavailable } from './semantic/semantic-unavailable';
import { StyleDatabase } from './style-database';
import { StyleMemoryController } from './style-memory.controller';
import { StyleMemory } from './style-memory.service';
import { StyleSearch } from './style-search';

const away = (): Promise<never> => Promise.reject(new SemanticUnavailable('there is none yet'));
const absent: SemanticPort = {
  search: away,
  score: away,
  status: () => Promise.resolve({ model: 'none', indexed: 0, pending: 0, available: false }),
};

@Module({
  imports: [ReadingModule],
  controllers: [StyleMemoryController],
  providers: [
    { provide: SEMANTIC, useValue: absent },
    StyleDatabase,
    LexicalArm,
    StyleSearch,
    StyleMemory,
  ],
})
export class StyleMemoryModule {}
