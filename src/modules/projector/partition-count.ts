import { Inject, Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';

const keepSql = `
insert into ops.settings (name, value) values ('partitions', $1) on conflict (name) do nothing`;

const keptSql = `select value from ops.settings where name = 'partitions'`;

/** Sees that the number of partitions stays what it was when the database was first used. */
@Injectable()
export class PartitionCount implements OnModuleInit {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onModuleInit(): Promise<void> {
    const asked = String(this.settings.partitions);
    await this.database.query(keepSql, [asked]);
    const [kept]: { value: string }[] = await this.database.query(keptSql);
    if (kept?.value === asked) return;
    throw new Error(
      `KAFKA_PARTITIONS is ${asked}, but this database was first used with ${kept?.value ?? 'none'}: set it to that`,
    );
  }
}
