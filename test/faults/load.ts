/*
 * Clients that work on while servers are killed under them. Each sends one command after the other,
 * or a bulk stream, and repeats with the same idempotency key what was not answered, or was
 * answered 503, until it is accepted. Any other answer is a finding.
 */
import { clientOf } from '../harness/client';
import type { Accepted, LineAnswer } from '../harness/client';
import { eventually } from '../harness/eventually';
import { chanceOf } from '../harness/seed';
import type { Chance } from '../harness/seed';
import { BulkStream } from './bulk-stream';
import { callOf, heartbeatOf, isConsequence, lifeOf, startOf } from './workload';
import type { Plan, Step } from './workload';

/** What an accepted command was told. */
export interface Acknowledgement {
  /** The type of its event. */
  readonly type: string;
  readonly position: bigint;
  /** The bulk route does not tell. */
  readonly eventId: string | null;
}

export interface LoadOptions {
  readonly seed: number;
  readonly key: string;
  /** The servers to ask, one after the other; none while all are away. */
  readonly urls: () => readonly string[];
  readonly clients?: number;
  readonly bulkClients?: number;
}

/** Milliseconds after which a request counts as left hanging. */
const hangsAfter = 60_000;

/** A fault is survived within this time, or the load fails. */
const patience = { within: 120_000, every: 20 };

/** Commands that are on their way beyond those waited for, so that a fault always hits some. */
const ahead = 500;

const shared = 'shared';

const inTime = async <T>(work: Promise<T>): Promise<T | 'hangs'> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'hangs'>((resolve) => {
    timer = setTimeout(() => resolve('hangs'), hangsAfter);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
};

export class Load {
  /** By intent, which is the idempotency key. */
  readonly acknowledged = new Map<string, Acknowledgement>();
  /** What was sent at least once. */
  readonly issued = new Set<string>();
  /** Answers that no fault excuses, and requests left hanging. */
  readonly findings: string[] = [];
  /** How many requests were cut off, and how many commands were told 503. */
  readonly unanswered = { cutOff: 0, unavailable: 0 };
  private readonly clients: Promise<void>[];
  private readonly waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  private readonly resting: (() => void)[] = [];
  private allowed = 0;
  private finishing = false;
  private abandoned = false;
  private turn = 0;

  constructor(private readonly options: LoadOptions) {
    const { seed, clients = 20, bulkClients = 2 } = options;
    const chance = chanceOf(seed);
    const opened = this.insist('opening', startOf(shared));
    const start = (count: number, work: (index: number, chance: Chance) => Promise<void>) =>
      Array.from({ length: count }, async (_, index) => {
        const own = chanceOf(chance.between(0, 2 ** 31));
        await opened;
        await work(index, own);
      });
    this.clients = [
      ...start(clients, (index, own) => this.live(index, own)),
      ...start(bulkClients, (index, own) => this.stream(index, own)),
    ];
    for (const client of this.clients) client.catch(() => undefined); // finish() tells
  }

  /**
   * Resolves when `more` commands have been acknowledged from now on. The clients go on, but not
   * much beyond what was waited for: nobody needs a hundred thousand events while a server starts.
   */
  async acknowledges(more: number): Promise<void> {
    const count = this.acknowledged.size + more;
    this.allowed = count + ahead;
    this.wake();
    const reached = new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    await Promise.race([reached, Promise.all(this.clients)]);
  }

  /** Begins nothing new; resolves when all that was begun is acknowledged. */
  async finish(): Promise<void> {
    this.finishing = true;
    this.wake();
    await Promise.all(this.clients);
  }

  /** For afterEach: gives up what is not acknowledged, which after finish() is nothing. */
  async abandon(): Promise<void> {
    this.abandoned = true;
    await Promise.allSettled([this.finish()]);
  }

  /** Single commands: one execution after the other, and now and then one that all work on. */
  private async live(index: number, chance: Chance): Promise<void> {
    for (let life = 0; ; life += 1) {
      const executionId = `e${String(index)}-${String(life)}`;
      for (const [number, plan] of lifeOf(executionId, chance).entries()) {
        if (await this.isOver()) return;
        await this.insist(`${executionId}-${String(number)}`, plan);
        if (chance.next() > 0.15) continue;
        await this.insist(`${executionId}-${String(number)}-shared`, callOf(shared, chance));
      }
    }
  }

  private async stream(index: number, chance: Chance): Promise<void> {
    const executionId = `b${String(index)}`;
    await this.insist(`${executionId}-start`, startOf(executionId));
    for (let bulk = 0; !(await this.isOver()); bulk += 1) {
      const name = `${executionId}-${String(bulk)}`;
      const plans = [
        ...Array.from({ length: chance.between(20, 300) }, () => callOf(executionId, chance)),
        heartbeatOf(executionId),
        startOf(name),
        callOf(shared, chance),
      ];
      const steps = plans.map((plan, line): [string, Step] => {
        const intent = `${name}-${String(line)}`;
        return [intent, plan(intent)];
      });
      const left = new Map(steps);
      await this.untilDone(`all lines of ${name} acknowledged`, () => this.tryLines(left));
    }
  }

  /** Whether to begin nothing new; known once there is something to do. */
  private async isOver(): Promise<boolean> {
    while (!this.finishing && this.acknowledged.size >= this.allowed) {
      await new Promise<void>((resolve) => this.resting.push(resolve));
    }
    return this.finishing;
  }

  private wake(): void {
    for (const resume of this.resting.splice(0)) resume();
  }

  private async untilDone(what: string, attempt: () => Promise<boolean>): Promise<void> {
    await eventually(what, () => this.abandoned || attempt(), patience);
  }

  private async insist(intent: string, plan: Plan): Promise<void> {
    const step = plan(intent);
    await this.untilDone(`${intent} acknowledged`, () => this.tryOne(intent, step));
  }

  /** Whether it is done with; throws where there was no answer. */
  private async tryOne(intent: string, step: Step): Promise<boolean> {
    const url = this.nextUrl();
    this.issued.add(intent);
    const sent = clientOf(url, this.options.key).command(step.command, step.data, {
      idempotencyKey: intent,
    });
    const answer = await inTime(sent).catch((error: unknown) => this.cutOff(error));
    if (answer === 'hangs') return this.find(intent, 'is left hanging');
    const { status, headers, body } = answer;
    if (status === 503) return this.unavailable(intent, headers.get('retry-after') !== null);
    const [event] = (body.events as Accepted['events'] | undefined) ?? [];
    if (status !== 200 || event === undefined || !body.events.slice(1).every(isConsequence)) {
      return this.find(intent, `${String(status)} ${JSON.stringify(body)}`);
    }
    const { position } = body;
    this.accept(intent, step, { position: BigInt(position), eventId: event.eventId });
    return true;
  }

  /** Sends what is left of some lines, and takes away those that are done with. */
  private async tryLines(left: Map<string, Step>): Promise<boolean> {
    const sent = [...left];
    const stream = new BulkStream(this.nextUrl(), this.options.key);
    for (const [intent] of sent) this.issued.add(intent);
    const lines = sent.map(([idempotencyKey, { command, data }]) => ({
      command,
      data,
      idempotencyKey,
    }));
    let failure: unknown;
    try {
      await stream.send(lines);
      stream.end();
      if ((await inTime(stream.finished)) === 'hangs') this.find('a bulk stream', 'hangs');
    } catch (error) {
      failure = error;
    }
    stream.answers.forEach((answer) => {
      const [intent, step] = sent[answer.line - 1] ?? [];
      if (intent !== undefined && step !== undefined && this.line(intent, step, answer)) {
        left.delete(intent);
      }
    });
    if (failure !== undefined) this.cutOff(failure);
    return left.size === 0;
  }

  private line(intent: string, step: Step, answer: LineAnswer): boolean {
    const { status, position } = answer;
    if (status === 503) return this.unavailable(intent, true);
    if (status !== 200 || position === undefined) return this.find(intent, JSON.stringify(answer));
    this.accept(intent, step, { position: BigInt(position), eventId: null });
    return true;
  }

  private accept(
    intent: string,
    { type }: Step,
    told: Pick<Acknowledgement, 'position' | 'eventId'>,
  ): void {
    this.acknowledged.set(intent, { type, ...told });
    const reached = this.waiting.filter(({ count }) => count <= this.acknowledged.size);
    for (const one of reached) {
      this.waiting.splice(this.waiting.indexOf(one), 1);
      one.resolve();
    }
  }

  private unavailable(intent: string, saysWhen: boolean): false {
    this.unanswered.unavailable += 1;
    if (!saysWhen) this.findings.push(`${intent}: 503 without Retry-After`);
    return false;
  }

  private cutOff(error: unknown): never {
    this.unanswered.cutOff += 1;
    throw error;
  }

  private find(intent: string, what: string): true {
    this.findings.push(`${intent}: ${what}`);
    return true;
  }

  private nextUrl(): string {
    const urls = this.options.urls();
    this.turn += 1;
    const url = urls[this.turn % urls.length];
    if (url === undefined) throw new Error('no server is there');
    return url;
  }
}
