import { Readable } from 'node:stream';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { correlationOf } from '../http/correlation';
import { Problem } from '../http/problem';

const streamsAtMost = 500;
/** How long a reader may take nothing of what is ready before another gets its place, if that is wanted. */
const standstillMilliseconds = 60_000;
const bufferedBytes = 64 * 1024;

/** How long a tail that was told to end may take to be read to its end. */
const lastWordsMilliseconds = 1_000;

/** Makes the text of an answer, piece by piece; it is to end soon after the signal. */
export type Texts = (signal: AbortSignal) => AsyncGenerator<string>;

interface Open {
  readonly endless: boolean;
  /** Since when a piece waits to be taken, by `performance.now()`; infinite where none does. */
  waitingSince: number;
  readonly told: AbortController;
  /** Breaks the connection: the reader can tell that it has not got everything. */
  readonly cut: () => void;
}

/**
 * Answers that are sent piece by piece. A piece is made when the ones before it are on their way, so
 * a slow reader slows down only itself; one that stands still has to make room when all places are
 * taken. On shutdown endless ones end at once; the others may go on for half of the time there is to
 * drain, then their connections are broken.
 */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(OpenStreams.name);
  private readonly open = new Set<Open>();
  private readonly timers: NodeJS.Timeout[] = [];
  private closing = false;

  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  get count(): number {
    return this.open.size;
  }

  /**
   * The body of an answer made of `texts`. What the first of them throws is thrown here; what a later
   * one throws breaks the connection, so that no reader takes a part for the whole.
   *
   * @throws Problem 503 while the server stops, and for one stream too many.
   */
  async stream(
    request: FastifyRequest,
    reply: FastifyReply,
    texts: Texts,
    { endless = false } = {},
  ): Promise<Readable> {
    if (this.closing) throw unavailable('the server is stopping');
    if (this.open.size >= streamsAtMost && !this.makeRoom()) {
      throw unavailable('too many streams are open');
    }
    // Fastify would read the whole of a stream to answer HEAD, and a tail has no end.
    if (request.method === 'HEAD') return Readable.from([]);
    const { entry, close } = this.register(request, reply, endless);
    const { signal } = entry.told;
    if (signal.aborted) return Readable.from([]); // nobody is there any more
    const pieces = texts(signal);
    // A body that nobody begins to read ends no pieces, and these may hold a connection.
    signal.addEventListener('abort', () => void pieces.return(undefined).catch(() => undefined));
    try {
      const first = await pieces.next();
      const watched = this.watched(entry, first, pieces, correlationOf(request));
      return Readable.from(watched, { objectMode: false, highWaterMark: bufferedBytes });
    } catch (error) {
      close();
      throw error;
    }
  }

  beforeApplicationShutdown(): void {
    this.closing = true;
    for (const { endless, told } of this.open) if (endless) told.abort();
    this.cutLater((endless) => endless, lastWordsMilliseconds);
    this.cutLater(() => true, this.settings.drainSeconds * 500);
  }

  onApplicationShutdown(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  private cutLater(which: (endless: boolean) => boolean, milliseconds: number): void {
    const timer = setTimeout(() => {
      for (const { endless, cut } of this.open) if (which(endless)) cut();
    }, milliseconds);
    this.timers.push(timer);
  }

  /** Breaks the connection of the reader that has stood still for longest, if for long enough. */
  private makeRoom(): boolean {
    const longest = [...this.open].reduce((one, other) =>
      other.waitingSince < one.waitingSince ? other : one,
    );
    if (longest.waitingSince > performance.now() - standstillMilliseconds) return false;
    longest.told.abort();
    this.open.delete(longest);
    longest.cut();
    return true;
  }

  private register(
    request: FastifyRequest,
    reply: FastifyReply,
    endless: boolean,
  ): { readonly entry: Open; readonly close: () => void } {
    const told = new AbortController();
    const cut = (): void => void request.raw.destroy();
    const entry: Open = { endless, waitingSince: Infinity, told, cut };
    const close = (): void => {
      told.abort();
      this.open.delete(entry);
      request.raw.socket.removeListener('close', close);
    };
    this.open.add(entry);
    reply.raw.once('close', () => {
      close();
      // Kept alive, the connection would outlive the stream and hold up a shutdown. Said up front (`connection: close`),
      // it would have the fetch of Node take what breaks off for the whole.
      if (this.closing) request.raw.socket.destroySoon();
    });
    // A pipelined answer that never got its turn is not told by Node that its connection is gone.
    request.raw.socket.once('close', close);
    // Of a reader that left before, while its answer was prepared, nothing more is told.
    if (request.raw.socket.destroyed) close();
    return { entry, close };
  }

  private async *watched(
    entry: Open,
    first: IteratorResult<string>,
    pieces: AsyncGenerator<string>,
    correlationId: string,
  ): AsyncGenerator<string> {
    try {
      for (let piece = first; piece.done !== true; piece = await pieces.next()) {
        if (piece.value === '') continue;
        entry.waitingSince = performance.now();
        yield piece.value;
        entry.waitingSince = Infinity;
      }
    } catch (error) {
      this.logger.error({ correlationId, error }, 'an answer broke off');
      throw error;
    } finally {
      await pieces.return(undefined);
    }
  }
}

const unavailable = (detail: string): Problem =>
  new Problem(503, 'unavailable', detail, { retryAfterSeconds: 5 });
