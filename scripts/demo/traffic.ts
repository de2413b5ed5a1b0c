import { setTimeout as pause } from 'node:timers/promises';
import { ApiClient, Refused, problemOf } from '../../src/modules/cli/api-client';
import type { ServerAddress } from '../../src/modules/cli/server-address';
import type { Chance } from './random';
import { ask } from './style-memory';
import { topicOf } from './topics';

const gateNames = ['opening', 'evidence', 'voice', 'structure', 'chart'] as const;
const heldBackMilliseconds = 20;
/** Of the articles, those for which the style memory is asked. */
const sharesThatAsk = 0.25;

type Headers = Readonly<Record<string, string>>;

/** Articles that are written one after the other, under the live deployment or one to be tried. */
export class Traffic {
  /** Articles that came to their end. */
  written = 0;
  /** Starts that were told to try again, since a deployment takes no new work. */
  heldBack = 0;
  /** How likely the editor's gate is passed. */
  passes = 0.98;
  /** The deployment that gets a share of the articles before it is live. */
  candidate: { readonly deploymentId: string; readonly share: number } | null = null;
  private readonly client: ApiClient;
  private readonly over = new AbortController();
  private writing: Promise<void> = Promise.resolve();

  constructor(
    server: ServerAddress,
    private readonly prefix: string,
    private readonly chance: Chance,
    /** What is asked of the style memory, now and then. */
    private readonly questions: readonly string[],
  ) {
    this.client = new ApiClient(server);
  }

  start(): void {
    this.writing = this.run();
    this.writing.catch(() => undefined); // told by stop()
  }

  /** @throws Refused for the first answer that was not expected. */
  async stop(): Promise<void> {
    this.over.abort();
    await this.writing;
  }

  /** Resolves when `more` articles came to their end from now on, or none can any more. */
  async writes(more: number): Promise<void> {
    const count = this.written + more;
    const enough = async (): Promise<void> => {
      while (this.written < count && !this.over.signal.aborted) await pause(heldBackMilliseconds);
    };
    await Promise.race([enough(), this.writing]);
  }

  private async run(): Promise<void> {
    for (let index = 1; !this.over.signal.aborted; index += 1) {
      await this.write(`${this.prefix}-live-${String(index)}`);
    }
  }

  private async write(executionId: string): Promise<void> {
    const { candidate, chance } = this;
    const isTried = candidate !== null && chance.happens(candidate.share);
    const headers = isTried ? { 'x-deployment-id': candidate.deploymentId } : {};
    const tell = (command: string, data: object): Promise<void> =>
      this.issue(command, { executionId, ...data }, headers);
    await tell('start-execution', { topic: topicOf(chance) });
    await tell('record-llm-call', {
      agent: 'writer',
      model: 'gpt-4o',
      durationSeconds: chance.between(4, 40),
      inputTokens: chance.whole(2_000, 60_000),
      outputTokens: chance.whole(600, 6_000),
    });
    await this.look(executionId, headers);
    const isGood = chance.happens(this.passes);
    const gates = Object.fromEntries(gateNames.map((gate) => [gate, isGood]));
    await tell('score-quality', { score: isGood ? 9 : 5, gates });
    if (isGood) await tell('publish-article', {});
    await tell('complete-execution', {});
    this.written += 1;
  }

  /** What it is served is credited with what becomes of the article. */
  private async look(executionId: string, headers: Headers): Promise<void> {
    const [first, ...others] = this.questions;
    if (first === undefined || !this.chance.happens(sharesThatAsk)) return;
    await ask(this.client, { text: this.chance.of([first, ...others]), executionId }, headers);
  }

  private async issue(command: string, data: object, headers: Headers): Promise<void> {
    for (;;) {
      const { status, body } = await this.client.command(command, data, headers);
      if (status === 200) return;
      const problem = problemOf(status, JSON.stringify(body));
      if (problem.code !== 'deployment-rolling-back') throw new Refused(problem, command);
      this.heldBack += 1;
      await pause(heldBackMilliseconds);
    }
  }
}
