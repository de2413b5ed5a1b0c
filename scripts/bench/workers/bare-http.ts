import 'reflect-metadata';
import { Body, Controller, HttpCode, Module, Param, Post } from '@nestjs/common';
import type { NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { catalogue } from '../../../src/modules/command-bus/catalogue';
import { createAdapter } from '../../../src/modules/http/server';
import { serveTasks } from '../tasks';

/*
 * The ceiling of the stack: NestJS on the same Fastify, a route that parses and validates the same
 * command and does nothing with it. No key, no log, no metrics, no database.
 */

@Controller('v1/commands')
class ParsingController {
  @Post(':name')
  @HttpCode(200)
  take(@Param('name') name: string, @Body() body: unknown): { accepted: boolean } {
    return { accepted: catalogue.get(name)?.schema.safeParse(body).success === true };
  }
}

@Module({ controllers: [ParsingController] })
class ParsingModule {}

const options: Pick<NestApplicationOptions, 'logger' | 'bodyParser'> = {
  logger: false,
  bodyParser: false,
};

const tasks = {
  open: async (): Promise<{ url: string }> => {
    const app = await NestFactory.create<NestFastifyApplication>(
      ParsingModule,
      createAdapter(),
      options,
    );
    await app.listen(0, '127.0.0.1');
    return { url: await app.getUrl() };
  },
};

export type BareHttp = typeof tasks;

serveTasks(tasks);
