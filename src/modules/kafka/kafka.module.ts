import { Module } from '@nestjs/common';
import { TopicWatch } from './topic-watch';

@Module({ providers: [TopicWatch], exports: [TopicWatch] })
export class KafkaModule {}
