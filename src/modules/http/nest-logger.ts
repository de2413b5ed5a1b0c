import type { LoggerService } from '@nestjs/common';
import type { Logger } from 'pino';

/** What these say of a failed start is also thrown, and told in one line by whoever started it. */
const alsoThrown = new Set(['NestApplication', 'TypeOrmModule', 'ExceptionHandler']);

/** Lets everything that logs through Nest log through pino, with its context as a field. */
export class NestLogger implements LoggerService {
  constructor(private readonly pino: Logger) {}

  log(message: unknown, context?: string): void {
    // What Nest says while it wires itself up is of no use to an operator.
    if (/^(Instance|Nest|Router|Routes|Injector)/.test(context ?? ''))
      this.write('debug', message, context);
    else this.write('info', message, context);
  }

  error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    this.write(alsoThrown.has(String(context)) ? 'debug' : 'error', message, context);
  }

  warn(message: unknown, context?: string): void {
    this.write('warn', message, context);
  }

  debug(message: unknown, context?: string): void {
    this.write('debug', message, context);
  }

  verbose(message: unknown, context?: string): void {
    this.write('trace', message, context);
  }

  private write(
    level: 'debug' | 'info' | 'error' | 'warn' | 'trace',
    message: unknown,
    context: unknown,
  ): void {
    const from = typeof context === 'string' ? { context } : {};
    if (typeof message === 'object' && message !== null) {
      const { error, ...fields } = message as { error?: unknown };
      this.pino[level]({ ...from, ...fields, ...(error === undefined ? {} : { err: error }) });
    } else this.pino[level](from, String(message));
  }
}
