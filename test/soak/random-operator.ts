/* An operator who deploys, rolls back, rebuilds and replays at random, and takes no outage for an answer. */
import { setTimeout as pause } from 'node:timers/promises';
import { clientOf } from '../harness/client';
import type { Accepted, Answer, Problem } from '../harness/client';
import { eventually } from '../harness/eventually';
import type { Chance } from '../harness/seed';
import { keys } from './two-servers';

type Answered = Answer<Accepted & Problem>;
type Row = Readonly<Record<string, unknown>>;

const patience = { within: 180_000, every: 100 };
const reason = 'by chance';

const readModels = [
  'roi-totals',
  'execution-status',
  'roi-executions',
  'deployments',
  'quality-gates',
  'style-usage',
];

/** What comes oftener than the rest. */
const twice = <T>(one: T): [T, T] => [one, one];

export class RandomOperator {
  /** Answers that no fault of a server excuses. */
  readonly findings: string[] = [];
  private intents = 0;
  private deployments = 0;
  private readonly rebuilds: string[] = [];
  private readonly voided: string[] = [];

  constructor(
    private readonly urls: () => readonly string[],
    private readonly chance: Chance,
    private readonly topic: string,
  ) {}

  /** Does one thing after the other, until `over` is aborted. */
  async work(over: AbortSignal): Promise<void> {
    const acts: (() => Promise<void>)[] = [
      ...twice(() => this.deploy()),
      ...twice(() => this.rollBack()),
      ...twice(() => this.rebuild()),
      ...twice(() => this.steer()),
      () => this.revert(),
      () => this.reinstate(),
      () => this.index(),
      () => this.query(),
      () => this.replay(),
    ];
    while (!over.aborted) {
      await this.chance.oneOf(acts)();
      await pause(this.chance.between(0, 1_500));
    }
  }

  /** Cancels those of its rebuilds that wait for somebody, and resolves once nothing is under way. */
  async conclude(): Promise<void> {
    await eventually(
      'nothing under way',
      async () => {
        const open = await this.underWay('rebuilds');
        for (const { rebuildId, status } of open) {
          if (status === 'running' || !this.rebuilds.includes(String(rebuildId))) continue;
          await this.issue('cancel-rebuild', { rebuildId, reason });
        }
        const rest = [
          ...open,
          ...(await this.underWay('rollbacks')),
          ...(await this.underWay('replays')),
        ];
        if (rest.length > 0) throw new Error(JSON.stringify(rest));
        return true;
      },
      { within: 300_000, every: 1_000 },
    );
  }

  /** The rollbacks and replays that failed, with why. */
  async failures(): Promise<unknown[]> {
    const rollbacks = await this.rows('rollbacks', 'status=failed&limit=1000');
    return [
      ...(await Promise.all(
        rollbacks.map(({ rollbackId }) => this.get(`/v1/rollbacks/${String(rollbackId)}`)),
      )),
      ...(await this.rows('replays', 'status=failed&limit=1000')),
    ];
  }

  /** Asked again until whoever is asked answers it with 200. */
  get<Body = Row>(path: string): Promise<Body> {
    const probe = async (): Promise<Body | false> => {
      const { status, body } = await clientOf(this.someUrl(), keys.operator).get<Body>(path);
      return status === 200 && body;
    };
    return eventually(path, probe, patience);
  }

  private async underWay(
    projection: 'rebuilds' | 'rollbacks' | 'replays',
  ): Promise<readonly Row[]> {
    const all = await this.rows(projection, 'limit=1000');
    return all.filter(({ status }) => ['running', 'waiting', 'paused'].includes(String(status)));
  }

  private async rows(projection: string, query: string): Promise<readonly Row[]> {
    const { rows } = await this.get<{ rows: Row[] }>(`/v1/projections/${projection}?${query}`);
    return rows;
  }

  private someUrl(): string {
    const urls = this.urls();
    if (urls.length === 0) throw new Error('no server is there');
    return this.chance.oneOf(urls);
  }

  /** Under one idempotency key, until there is an answer that is no outage. */
  private async issue(name: string, body: object): Promise<Answered> {
    this.intents += 1;
    const idempotencyKey = `operator-${String(this.intents)}`;
    const probe = async (): Promise<Answered | false> => {
      const client = clientOf(this.someUrl(), keys.operator);
      const answer = await client.command(name, body, { idempotencyKey });
      return answer.status !== 503 && answer;
    };
    const answer = await eventually(name, probe, patience);
    if (answer.status >= 500) this.findings.push(`${name}: ${JSON.stringify(answer.body)}`);
    return answer;
  }

  private async deploy(): Promise<void> {
    this.deployments += 1;
    const deploymentId = `d${String(this.deployments)}`;
    const nothing = { checklist: [], requiredSignOffs: [], requiredGates: [] };
    await this.issue('plan-deployment', { deploymentId, version: '1', ...nothing });
    await this.issue('decide-deployment', { deploymentId, verdict: 'go', reason });
    await this.issue('stage-deployment', { deploymentId });
    await this.issue('promote-deployment', { deploymentId, traffic: 50 });
    await this.issue('promote-deployment', { deploymentId, traffic: 100 });
    await this.issue('complete-deployment', { deploymentId });
  }

  private async rollBack(): Promise<void> {
    const [live] = await this.rows('deployments', 'status=live');
    if (live === undefined) return;
    const mode = this.chance.oneOf(['code', 'data']);
    const deploymentId = String(live['deploymentId']);
    const { status } = await this.issue('start-rollback', { deploymentId, mode, reason });
    if (status === 200 && mode === 'data') this.voided.push(deploymentId);
  }

  private async reinstate(): Promise<void> {
    if (this.voided.length === 0) return;
    const deploymentId = this.chance.oneOf(this.voided);
    await this.issue('reinstate-deployment', { deploymentId, reason, countTwice: true });
  }

  private async rebuild(): Promise<void> {
    const { chance } = this;
    const rebuildId = `rebuild-${String(this.intents)}`;
    const projections = [...new Set([1, 2, 3].map(() => chance.oneOf(readModels)))];
    const { status } = await this.issue('start-rebuild', {
      rebuildId,
      projections,
      cutover: chance.oneOf(['auto', 'auto', 'manual']),
      ...(chance.next() < 0.4 ? { maxEventsPerSecond: chance.between(500, 5_000) } : {}),
      ...(chance.next() < 0.2 ? { dryRun: true } : {}),
    });
    if (status === 200) this.rebuilds.push(rebuildId);
  }

  private async steer(): Promise<void> {
    const rebuildId = this.rebuilds.at(-1);
    if (rebuildId === undefined) return;
    const verbs = ['pause-rebuild', 'resume-rebuild', 'cancel-rebuild'];
    if (this.chance.next() < 0.25) await this.issue('cut-over-rebuild', { rebuildId });
    else await this.issue(this.chance.oneOf(verbs), { rebuildId, reason });
  }

  private async revert(): Promise<void> {
    await this.issue('revert-projection', { projection: this.chance.oneOf(readModels), reason });
  }

  private async index(): Promise<void> {
    const { chance } = this;
    const paragraphs = Array.from(
      { length: chance.between(1, 6) },
      () =>
        `${chance.oneOf(['Quiet', 'Loud', 'Late'])} alarms wake nobody in a plant of ${String(chance.between(2, 9))} thousand sensors, which is the trouble with all of them.`,
    );
    const source = `article-${String(chance.between(1, 3))}.md`;
    await this.issue('index-article', { source, markdown: paragraphs.join('\n\n') });
  }

  private async query(): Promise<void> {
    const question = { text: 'alarms that nobody hears', minScore: 0.1 };
    await clientOf(this.someUrl(), keys.operator)
      .post('/v1/style-memory/query', question)
      .catch(() => undefined); // it is asked once, whatever becomes of it
  }

  private async replay(): Promise<void> {
    await this.issue('start-replay', { topic: `${this.topic}-copy-${String(this.intents)}` });
  }
}
