import { Worker } from 'node:worker_threads';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { workerFile } from '../../../threads/worker-file';
import { SemanticUnavailable } from '../semantic-unavailable';
import type { TaskName, ThreadReply, ThreadTasks } from './thread-messages';

/** A query waits for those before it; who would wait longer than this is told at once. */
const waitAtMostMilliseconds = 30;

/** Whoever got in is given up after this, far within the 200 ms that users were promised. */
const patienceMilliseconds = 120;

/** After a thread died: at first, doubled each time, at most. */
const restartAfter = { first: 100, most: 10_000 } as const;

/** Weight of the last query in the mean time of one. */
const newest = 0.1;

interface Waiting {
  readonly task: TaskName;
  readonly urgent: boolean;
  readonly settle: (reply: Pick<ThreadReply, 'value' | 'error'>) => void;
}

/**
 * The thread that encodes and searches, so that no command waits behind a query. It is started when
 * first needed and started again when it died. Its queue is bounded by the time that a query would
 * wait, so whoever cannot be answered in time is told so while there is time for another answer.
 */
@Injectable()
export class SemanticThread implements OnApplicationShutdown {
  private readonly waiting = new Map<number, Waiting>();
  private worker: Worker | undefined;
  private restart: NodeJS.Timeout | undefined;
  private deaths = 0;
  private lostThreads = 0;
  private last = 0;
  private queries = 0;
  /** Milliseconds of what a query asks for. */
  private readonly meanTook = { encode: 3, search: 1, score: 0, change: 0 };
  private closed = false;

  private lost: () => void = () => undefined;

  /** Counts the deaths: what an earlier thread was told is lost, from then on and not from the next start. */
  get generation(): number {
    return this.lostThreads;
  }

  /** False from when it dies until it answers again. */
  get isUp(): boolean {
    return !this.closed && this.deaths === 0;
  }

  /** For tests and operators: who it is, while there is one. */
  get threadId(): number | undefined {
    return this.worker?.threadId;
  }

  /** Has `lost` called when the thread died: what it knew is gone. */
  onLost(lost: () => void): void {
    this.lost = lost;
  }

  /** @throws SemanticUnavailable when it is too busy, too slow, or gone. */
  async ask<Name extends TaskName>(
    task: Name,
    input: ThreadTasks[Name]['input'],
    { urgent }: { readonly urgent: boolean },
  ): Promise<ThreadTasks[Name]['output']> {
    if (urgent && task === 'encode') this.assertTime();
    const worker = this.running();
    this.last += 1;
    const id = this.last;
    const until = urgent ? Date.now() + patienceMilliseconds : null;
    return new Promise((resolve, reject) => {
      const tooLate = urgent
        ? setTimeout(() => {
            this.settle(id, { error: `no answer within ${patienceMilliseconds} ms` });
          }, patienceMilliseconds)
        : undefined;
      if (urgent && task === 'encode') this.queries += 1;
      const settle: Waiting['settle'] = ({ value, error }) => {
        clearTimeout(tooLate);
        if (error === undefined) resolve(value as ThreadTasks[Name]['output']);
        else reject(new SemanticUnavailable(error));
      };
      this.waiting.set(id, { task, urgent, settle });
      worker.postMessage({ id, task, input, until });
    });
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    clearTimeout(this.restart);
    this.settleAll('it is stopping');
    await this.worker?.terminate();
  }

  /** Whoever comes waits until those before are encoded, and for their searches, which go first. */
  private assertTime(): void {
    const { encode, search, score } = this.meanTook;
    if (this.queries * (encode + search + score) <= waitAtMostMilliseconds) return;
    throw new SemanticUnavailable(`${this.queries} queries wait already`);
  }

  private running(): Worker {
    if (this.closed) throw new SemanticUnavailable('it is stopping');
    if (this.worker !== undefined) return this.worker;
    if (this.restart !== undefined) throw new SemanticUnavailable('its thread is being restarted');
    const worker = new Worker(workerFile(require.resolve('./semantic-worker')));
    this.worker = worker;
    worker.on('message', (reply: ThreadReply) => {
      this.answered(reply);
    });
    worker.on('error', (error) => {
      this.end(worker, `its thread died: ${error.message}`);
    });
    worker.on('exit', () => {
      this.end(worker, 'its thread ended');
    });
    // Whoever waits keeps the process alive; the thread alone does not.
    worker.unref();
    return worker;
  }

  private answered({ id, took, ...reply }: ThreadReply): void {
    this.deaths = 0;
    const waiting = this.waiting.get(id);
    if (waiting?.urgent === true) {
      // One that had to wait for the model to be read says nothing about the next.
      const change = Math.min(took, waitAtMostMilliseconds) - this.meanTook[waiting.task];
      this.meanTook[waiting.task] += newest * change;
    }
    this.settle(id, reply);
  }

  private end(worker: Worker, why: string): void {
    if (this.worker !== worker) return; // an error is followed by an exit
    this.worker = undefined;
    if (this.closed) return;
    this.settleAll(why);
    const wait = Math.min(restartAfter.first * 2 ** this.deaths, restartAfter.most);
    this.deaths += 1;
    this.lostThreads += 1;
    this.lost();
    this.restart = setTimeout(() => {
      this.restart = undefined;
    }, wait).unref();
  }

  private settleAll(error: string): void {
    for (const id of [...this.waiting.keys()]) this.settle(id, { error });
  }

  private settle(id: number, reply: Pick<ThreadReply, 'value' | 'error'>): void {
    const waiting = this.waiting.get(id);
    if (waiting === undefined) return;
    this.waiting.delete(id);
    if (waiting.urgent && waiting.task === 'encode') this.queries -= 1;
    waiting.settle(reply);
  }
}
