import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import type { Pool, PoolClient } from 'pg';
import { DataSource } from 'typeorm';
import { applicationConfig, connectMilliseconds } from './clients';
import { DATABASE_URL } from './database.tokens';

/** TypeORM's connection for read models and operational tables, and the address for the hot paths. */
@Global()
@Module({})
export class DatabaseModule {
  constructor(@InjectDataSource() source: DataSource) {
    const { master: pool } = source.driver as unknown as { master: Pool };
    const heard = new WeakSet<PoolClient>();
    pool.on('acquire', (client) => {
      if (heard.has(client)) return;
      heard.add(client);
      // One that breaks while in use: the statement under way, or the next, says so.
      client.on('error', () => undefined);
    });
  }

  static at(url: string): DynamicModule {
    const { application_name, ...config } = applicationConfig(url);
    const { options, types, keepAlive, keepAliveInitialDelayMillis } = config;
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url,
          applicationName: application_name ?? 'flowledger',
          installExtensions: false,
          connectTimeoutMS: connectMilliseconds,
          retryAttempts: 1,
          extra: { options, types, keepAlive, keepAliveInitialDelayMillis, max: 10 },
        }),
      ],
      providers: [{ provide: DATABASE_URL, useValue: url }],
      exports: [DATABASE_URL, TypeOrmModule],
    };
  }
}
