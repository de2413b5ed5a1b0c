/* Alert rules: how they are changed, when they fire, and what follows, over HTTP. */
import { Client } from 'pg';
import { offices } from '../../src/modules/database/election';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { alertLike, alertRows, failing, passing, score, soon } from '../harness/alerts';
import type { Accepted } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { proveLedger } from '../harness/ledger-proof';
import { expectExact } from '../harness/read-models';

const env = { FLOWLEDGER_ALERT_SECONDS: '0.05' };
const gateRule = 'gate-pass-rate-critical';

let database: TestDatabase;
let app: TestApp;
let operator: Deployer;

beforeEach(async () => {
  database = await freshDatabase();
  app = await startApp({ database, env });
  operator = deployerOf(app.client, app.keys.operator);
});
afterEach(async () => {
  await app.stop();
  await proveLedger(database);
  await database.drop();
});

interface Fact {
  readonly type: string;
  readonly actor: string;
  readonly causationId: string | null;
  readonly eventId: string;
  readonly data: Record<string, unknown>;
}

const factsOf = async (stream: string): Promise<Fact[]> =>
  (await app.client.get<{ events: Fact[] }>(`/v1/streams/${stream}`)).body.events;

interface Rule {
  readonly rule: string;
  readonly [field: string]: unknown;
}

const ruleNamed = async (name: string): Promise<Rule | undefined> => {
  const { body } = await app.client.get<{ rules: Rule[] }>('/v1/alert-rules');
  return body.rules.find(({ rule }) => rule === name);
};

describe('the rules', () => {
  it('are the default ones, until somebody changes them, with who and when', async () => {
    const { status, body } = await app.client.get<{ rules: Rule[] }>('/v1/alert-rules', {
      key: app.keys.analyst,
    });
    expect(status).toBe(200);
    expect(body.rules.map(({ rule, severity, action }) => [rule, severity, action])).toEqual([
      ['error-rate-high', 'critical', 'rollback'],
      ['execution-slower', 'critical', 'rollback'],
      ['gate-pass-rate-critical', 'critical', 'rollback'],
      ['gate-pass-rate-low', 'warning', 'none'],
      ['roi-below-one', 'critical', 'rollback'],
      ['style-query-slow', 'critical', 'rollback'],
    ]);
    await operator.take(
      ['set-alert-rule', { rule: gateRule, threshold: 60 }],
      ['remove-alert-rule', { rule: 'roi-below-one', reason: 'no benchmarks here' }],
    );
    expect(await ruleNamed(gateRule)).toMatchObject({
      threshold: 60,
      clearThreshold: 75,
      action: 'rollback',
      setBy: 'operator',
      setAt: expect.stringMatching(/^\d{4}-/),
    });
    expect(await ruleNamed('roi-below-one')).toBeUndefined();
    expect(await ruleNamed('error-rate-high')).toMatchObject({ setBy: null, setAt: null });
  });

  it.each([
    [{ rule: 'mine', measure: 'error-rate' }, 'alert-rule-incomplete', /comparison, threshold/],
    [{ rule: gateRule, clearThreshold: 60 }, 'alert-rule-wrong', /^clearThreshold: .* at least/],
    [{ rule: 'gate-pass-rate-low', automatic: true }, 'alert-rule-wrong', /give action rollback/],
    [{ rule: gateRule, treshold: 60 }, 'malformed', /treshold: .*did you mean threshold/],
    [{ rule: gateRule, measure: 'gut-feeling' }, 'malformed', /measure/],
  ])('are not made of %j', async (body, code, says) => {
    const refused = await operator.issue('set-alert-rule', body);
    expect(refused).toMatchObject({ status: 400, body: { code } });
    expect(refused.body.detail).toMatch(says);
  });

  it('are changed by operators alone, and removed by a name they have', async () => {
    const body = { rule: gateRule, threshold: 60 };
    expect(await app.client.command('set-alert-rule', body)).toMatchObject({ status: 403 });
    expect(
      await operator.issue('remove-alert-rule', { rule: 'no-such', reason: 'x' }),
    ).toMatchObject({ status: 404, body: { code: 'alert-rule-unknown' } });
  });
});

describe('a rule that cannot be looked at', () => {
  const looks = async (outcome: string): Promise<number> => {
    const { body } = await app.client.get<string>('/metrics');
    const told = new RegExp(`^flowledger_alert_looks_total\\{outcome="${outcome}"\\} (\\d+)$`, 'm');
    return Number(told.exec(body)?.[1]);
  };

  it('holds up no other, and metrics and the log say so until it can', async () => {
    await operator.take(['set-alert-rule', { rule: gateRule, ...soon }]);
    const [live] = await database.sql<{ id: string }>(
      `select id from ops.generations where projection = 'style-usage' and state = 'live'`,
    );
    await database.sql(`alter schema ${live!.id} rename to away`);
    await score(app.client, 'bad', failing(4));
    await alertLike(app.client, { rule: gateRule, status: 'firing' });
    await eventually('it is told', async () => (await looks('failed')) > 0);
    expect(app.logs.join('')).toMatch(/the alert rule style-query-slow cannot be looked at: /);
    await database.sql(`alter schema away rename to ${live!.id}`);
    const completed = await looks('completed');
    await eventually('it is looked at', async () => (await looks('completed')) > completed);
  });
});

describe('an alert', () => {
  it('fires on what the gates say, is told everywhere, and ends once they are well', async () => {
    await operator.take(['set-alert-rule', { rule: gateRule, ...soon, smallestSample: 6 }]);
    await score(app.client, 'few', failing(5)); // too few to say anything
    await score(app.client, 'more', failing(3));
    const alert = await alertLike(app.client, { rule: gateRule, status: 'firing' });
    expect(alert).toMatchObject({
      alert: `${gateRule}.1`,
      severity: 'critical',
      deploymentId: 'initial',
      value: 0,
      threshold: 70,
      evidence: expect.stringMatching(/^0 of \d scorings/),
      proposesRollback: false,
      noRollbackBecause: expect.stringMatching(/no predecessor/),
    });
    expect(alert.samples).toBeGreaterThanOrEqual(6);
    await healthBecomes(app.client, '/health/flow', {
      status: 'degraded',
      checks: { 'flow-alerts': { detail: expect.stringContaining(`${gateRule}.1`) } },
    });
    const metrics = await eventually('a look is over', async () => {
      const { body } = await app.client.get<string>('/metrics');
      return /^flowledger_alert_looks_total\{outcome="completed"\} [1-9]/m.test(body) ? body : null;
    });
    expect(metrics).toMatch(/^flowledger_alert_looks_total\{outcome="failed"\} 0$/m);
    expect(metrics).toMatch(/^flowledger_office_held\{office="alerts"\} 1$/m);
    expect(metrics).toMatch(/^flowledger_office_held\{office="webhooks"\} 0$/m);
    expect(metrics).toMatch(
      /^flowledger_alerts_firing\{rule="gate-pass-rate-critical",severity="critical"\} 1$/m,
    );

    const acknowledged = { alert: `${gateRule}.1`, comment: 'a bad prompt, being mended' };
    await operator.take(['acknowledge-alert', acknowledged], ['acknowledge-alert', acknowledged]);
    await alertLike(app.client, { status: 'acknowledged', acknowledgedBy: 'operator' });

    await score(app.client, 'between', passing(20)); // 20 of 28: above the threshold, not well yet
    await score(app.client, 'well', passing(8)); // 28 of 36
    const over = await alertLike(app.client, { rule: gateRule, status: 'resolved' });
    expect(over).toMatchObject({ alert: `${gateRule}.1`, resolvedBecause: 'recovered' });
    expect(Number(over['resolvedValue'])).toBeGreaterThanOrEqual(75);
    const facts = await factsOf(`alert-${gateRule}.1`);
    expect(facts.map(({ type, actor }) => [type, actor])).toEqual([
      ['AlertFired', 'alerts'],
      ['AlertAcknowledged', 'operator'],
      ['AlertResolved', 'alerts'],
    ]);
    const ended = await operator.issue('acknowledge-alert', acknowledged);
    expect(ended).toMatchObject({ status: 409, body: { code: 'alert-resolved' } });
    await healthBecomes(app.client, '/health/flow', {
      checks: { 'flow-alerts': { status: 'healthy' } },
    });
    await expectExact(database);
  });

  it('counts its times: the second has the next number', async () => {
    await operator.take(['set-alert-rule', { rule: gateRule, ...soon }]);
    await score(app.client, 'a', failing(4));
    await alertLike(app.client, { alert: `${gateRule}.1`, status: 'firing' });
    await score(app.client, 'b', passing(12));
    await alertLike(app.client, { alert: `${gateRule}.1`, status: 'resolved' });
    await score(app.client, 'c', failing(4));
    await alertLike(app.client, { alert: `${gateRule}.2`, status: 'firing' });
  });

  it('goes on counting its time after a restart', async () => {
    await operator.take(['set-alert-rule', { rule: gateRule, ...soon, forSeconds: 3_600 }]);
    await score(app.client, 'a', failing(4));
    const since = await eventually('it is pending', async () => {
      const [row] = await database.sql<{ since: Date }>(
        'select since from ops.alert_watches where rule = $1',
        [gateRule],
      );
      return row?.since.getTime();
    });
    await app.stop();
    app = await startApp({ database, env });
    operator = deployerOf(app.client, app.keys.operator);
    await operator.take(['set-alert-rule', { rule: gateRule, forSeconds: 1 }]);
    const fired = await alertLike(app.client, { rule: gateRule, status: 'firing' });
    expect(Date.parse(String(fired['pendingSince']))).toBe(since);
    await eventually('nothing is pending', async () => {
      const rows = await database.sql('select rule from ops.alert_watches where rule = $1', [
        gateRule,
      ]);
      return rows.length === 0;
    });
  });

  it('leaves nothing to count from while it fires, whatever a process that was killed left', async () => {
    await operator.take(['set-alert-rule', { rule: gateRule, ...soon }]);
    await score(app.client, 'a', failing(4));
    await alertLike(app.client, { rule: gateRule, status: 'firing' });
    await database.sql(
      `insert into ops.alert_watches (rule, deployment_id, question, since, seen_at)
        values ($1, 'initial', '', now(), now())`,
      [gateRule],
    );
    await eventually('nothing is pending', async () => {
      const rows = await database.sql('select from ops.alert_watches where rule = $1', [gateRule]);
      return rows.length === 0;
    });
  });

  it('counts its time anew where the rule asks something else', async () => {
    const sinceAsked = (threshold: number) =>
      eventually(`it is pending below ${String(threshold)}`, async () => {
        const [row] = await database.sql<{ since: Date; question: string }>(
          'select since, question from ops.alert_watches where rule = $1',
          [gateRule],
        );
        return row?.question.includes(`,${String(threshold)},`) ? row.since.getTime() : undefined;
      });
    await operator.take(['set-alert-rule', { rule: gateRule, ...soon, forSeconds: 3_600 }]);
    await operator.take(['set-alert-rule', { rule: gateRule, threshold: 61 }]);
    await score(app.client, 'a', failing(4));
    const since = await sinceAsked(61);
    await operator.take(['set-alert-rule', { rule: gateRule, threshold: 62 }]);
    expect(await sinceAsked(62)).toBeGreaterThan(since);
  });

  it('ends with its rule, and with the deployment that it is of', async () => {
    await operator.take(
      ['set-alert-rule', { rule: gateRule, ...soon }],
      ['set-alert-rule', { rule: 'gate-pass-rate-low', ...soon }],
    );
    await score(app.client, 'a', failing(4));
    await alertLike(app.client, { rule: gateRule, status: 'firing' });
    await alertLike(app.client, { rule: 'gate-pass-rate-low', status: 'firing' });
    await operator.take(['remove-alert-rule', { rule: gateRule, reason: 'a drill' }]);
    await alertLike(app.client, { rule: gateRule, resolvedBecause: 'rule-removed' });
    await operator.goLive('d1');
    await alertLike(app.client, {
      rule: 'gate-pass-rate-low',
      resolvedBecause: 'deployment-changed',
    });
    expect(await alertRows(app.client)).toHaveLength(2);
  });

  it('measures failures, style queries, what calls bring, and how much slower executions are', async () => {
    await operator.take(
      ...['error-rate-high', 'style-query-slow', 'roi-below-one', 'execution-slower'].map(
        (rule) => ['set-alert-rule', { rule, ...soon }] as const,
      ),
      ['set-alert-rule', { rule: 'style-query-slow', threshold: -1, clearThreshold: -2 }],
    );
    /** They take so long however long it takes to record them. */
    const executions = async (prefix: string, seconds: number, end: string): Promise<void> => {
      for (let index = 0; index < 4; index += 1) {
        const executionId = `${prefix}-${String(index)}`;
        const now = Date.now();
        const { body } = await app.client.command<Accepted>('start-execution', {
          executionId,
          occurredAt: new Date(now - seconds * 1_000).toISOString(),
        });
        expect(body.events).toHaveLength(1);
        await app.client.command('record-llm-call', {
          executionId,
          agent: 'writer',
          model: 'gpt-4o',
          inputTokens: 10,
          outputTokens: 10,
          durationSeconds: 1,
          costUsd: 5,
        });
        await app.client.post('/v1/style-memory/query', { text: 'a calm voice', executionId });
        await app.client.command(end, { executionId, occurredAt: new Date(now).toISOString() });
      }
    };
    await operator.goLive('d1');
    await executions('before', 10, 'complete-execution');
    await operator.goLive('d2');
    await executions('after', 60, 'complete-execution');
    const slower = await alertLike(app.client, { rule: 'execution-slower', status: 'firing' });
    expect(Number(slower.value)).toBeGreaterThan(100);
    expect(slower['evidence']).toMatch(/of 4 under d2, .* of 4 under d1$/);
    await executions('broken', 1, 'fail-execution');
    await alertLike(app.client, { rule: 'error-rate-high', deploymentId: 'd2' });
    await alertLike(app.client, { rule: 'roi-below-one', deploymentId: 'd2', value: 0 });
    await alertLike(app.client, { rule: 'style-query-slow', deploymentId: 'd2' });
    const areas = { flow: 'degraded', roi: 'degraded', rag: 'degraded' };
    await healthBecomes(app.client, '/health', { areas });
  });
});

describe('a rollback', () => {
  beforeEach(async () => {
    await operator.take(['set-alert-rule', { rule: gateRule, ...soon }]);
    await operator.goLive('d1');
    await operator.goLive('d2');
  });

  const degraded = async (): Promise<string> => {
    await score(app.client, 'bad', failing(6));
    const { alert } = await alertLike(app.client, { rule: gateRule, deploymentId: 'd2' });
    return alert;
  };

  const rolledBack = (rollbackId: string): Promise<unknown> =>
    eventually('the rollback is completed', async () => {
      const { body } = await app.client.get<{ state: string }>(`/v1/rollbacks/${rollbackId}`);
      return body.state === 'completed';
    });

  it('is asked for and waits; an operator who begins one has answered', async () => {
    const alert = await degraded();
    await alertLike(app.client, { alert, proposesRollback: true, rollbackTo: 'd1' });
    expect((await factsOf('deployment-d2')).map(({ type }) => type)).not.toContain('RollbackBegun');
    const started = { deploymentId: 'd2', rollbackId: 'r1', reason: 'the alert is right' };
    await operator.take(['start-rollback', started]);
    await alertLike(app.client, { alert, proposesRollback: false, rollbackId: 'r1' });
    await alertLike(app.client, { alert, resolvedBecause: 'deployment-changed' });
    await rolledBack('r1'); // nothing is recorded any more while rows are held against events
    await expectExact(database);
  });

  it('is told as the answer, though the deployment changed before anybody looked', async () => {
    const alert = await degraded();
    await app.stop();
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    try {
      await owner.query('select pg_advisory_lock($1)', [offices.alerts]); // nobody looks from here on
      app = await startApp({ database, env });
      operator = deployerOf(app.client, app.keys.operator);
      await operator.take([
        'start-rollback',
        { deploymentId: 'd2', rollbackId: 'r1', reason: 'x' },
      ]);
      await rolledBack('r1');
    } finally {
      await owner.end();
    }
    await alertLike(app.client, { alert, rollbackId: 'r1', resolvedBecause: 'deployment-changed' });
  });

  it('that is dismissed is asked for no more, and the alert goes on', async () => {
    const alert = await degraded();
    const dismissed = { alert, reason: 'the scoring is wrong, not the articles' };
    await operator.take(['dismiss-alert', dismissed], ['dismiss-alert', dismissed]);
    await alertLike(app.client, { alert, status: 'firing', proposesRollback: false });
    expect((await factsOf(`alert-${alert}`)).map(({ type }) => type)).toEqual([
      'AlertFired',
      'AlertDismissed',
    ]);
    const warning = { rule: 'gate-pass-rate-low', ...soon };
    await operator.take(['set-alert-rule', warning]);
    const { alert: asksNothing } = await alertLike(app.client, { rule: warning.rule });
    const refused = await operator.issue('dismiss-alert', { alert: asksNothing, reason: 'x' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'alert-asks-nothing' } });
    expect(await operator.issue('dismiss-alert', { alert: 'none.1', reason: 'x' })).toMatchObject({
      status: 404,
    });
  });

  it('begins by itself where the rule says so, once, because of the alert', async () => {
    await operator.take(['set-alert-rule', { rule: gateRule, automatic: true }]);
    const alert = await degraded();
    const rollbackId = `alert.${alert}`;
    await alertLike(app.client, { alert, rollbackId, resolvedBecause: 'deployment-changed' });
    const [fired] = await factsOf(`alert-${alert}`);
    const rollback = await factsOf(`rollback-${rollbackId}`);
    expect(rollback[0]).toMatchObject({
      type: 'RollbackStarted',
      actor: 'alerts',
      causationId: fired?.eventId,
      data: { deploymentId: 'd2', to: 'd1', mode: 'code' },
    });
    await rolledBack(rollbackId);
    const begun = (await factsOf('deployment-d2')).filter(({ type }) => type === 'RollbackBegun');
    expect(begun).toHaveLength(1);
    await score(app.client, 'worse', failing(6)); // d1 has no predecessor: nothing goes back to d2
    const next = await alertLike(app.client, { rule: gateRule, deploymentId: 'd1' });
    expect(next).toMatchObject({
      proposesRollback: false,
      noRollbackBecause: expect.stringMatching(/d1 has no pred/),
    });
    await expectExact(database);
  });
});

it('fires once, with two applications on one database, whichever is stopped', async () => {
  const other = await startApp({ database, env });
  try {
    await operator.take(['set-alert-rule', { rule: gateRule, ...soon }]);
    await score(app.client, 'a', failing(4));
    await alertLike(app.client, { rule: gateRule, status: 'firing' });
    await app.app.close();
    await score(other.client, 'b', passing(12));
    await alertLike(other.client, { rule: gateRule, status: 'resolved' });
    const rows = await database.sql<{ type: string }>(
      `select type from ledger.events where type like 'Alert%' and stream like 'alert-%' order by position`,
    );
    expect(rows.map(({ type }) => type)).toEqual(['AlertFired', 'AlertResolved']);
  } finally {
    await other.stop();
  }
});
