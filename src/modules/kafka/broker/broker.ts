import { lastWords, signal, spawnBroker, stopBroker, type BrokerProcess } from './broker-process';
import type { KafkaRuntime } from './distribution';

/** One node of a cluster started here. */
export interface KafkaBroker {
  readonly id: number;
  readonly port: number;
  /** Its process, or undefined while it is down. */
  readonly pid: number | undefined;
  /** Sends the signal; where that ends the broker, resolves once it is gone. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Stops it if it runs, starts it on the same port and data, resolves once it is back in sync. */
  restart(): Promise<void>;
}

/** What a node needs from the cluster it belongs to. */
export interface BrokerContext {
  runtime: KafkaRuntime;
  heapMegabytes: number;
  /** Resolves when these nodes answer and are in sync; rejects when one of them ends before. */
  ready(nodes: readonly Broker[]): Promise<void>;
  /** Told when the broker ends without having been asked to. */
  died(broker: Broker, error: Error): void;
}

/** The life of one node: down, or running as one process at a time. */
export class Broker implements KafkaBroker {
  #running: BrokerProcess | undefined;
  #stopping = false;

  constructor(
    readonly id: number,
    readonly port: number,
    private readonly folder: string,
    private readonly context: BrokerContext,
  ) {}

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  /** Starts the process; whether it answers yet is for the cluster to find out. */
  start(): void {
    const started = spawnBroker(this.folder, this.context.heapMegabytes, this.context.runtime);
    this.#running = started;
    this.#stopping = false;
    void started.exited.then(async (how) => {
      this.#running = undefined;
      if (!this.#stopping) this.context.died(this, await this.#obituary(how));
    });
  }

  /** Rejects when the process ends; resolves never. */
  async untilItEnds(): Promise<never> {
    throw await this.#obituary((await this.#running?.exited) ?? 'it does not run');
  }

  async kill(name: NodeJS.Signals): Promise<void> {
    const running = this.#running;
    if (!running) return;
    if (name === 'SIGSTOP' || name === 'SIGCONT') {
      signal(running.pid, name);
      return;
    }
    this.#stopping = true;
    if (name === 'SIGTERM') return stopBroker(running);
    signal(running.pid, name);
    await running.exited;
  }

  async restart(): Promise<void> {
    await this.kill('SIGTERM');
    this.start();
    await this.context.ready([this]);
  }

  async #obituary(how: string): Promise<Error> {
    return new Error(`Kafka broker ${this.id} ended (${how}): ${await lastWords(this.folder)}`);
  }
}
