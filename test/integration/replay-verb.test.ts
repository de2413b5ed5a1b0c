import { replayVerb } from '../../scripts/replay';
import { perform } from '../../src/modules/cli/verb';
import type { Terminal } from '../../src/modules/cli/terminal';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';
import { work } from '../harness/work';
import { leadingTo, runVerb } from './run-verb';

describeWithKafka('npm run replay', (bootstrap) => {
  let app: TestApp;
  let target: TestTopic;

  beforeAll(async () => {
    app = await startApp({ env: topicOn(bootstrap).env });
    await work(app.client, { executions: 20, calls: 9 });
  });
  afterAll(() => app.stop());
  beforeEach(() => {
    target = topicOn(bootstrap);
  });

  const run = (...args: readonly string[]) => runVerb(replayVerb, args, leadingTo(app, 'operator'));

  /** The same, left with Ctrl-C once it has started; an answer is of somebody at a terminal. */
  const left = async (args: readonly string[], answers?: readonly string[]) => {
    const said = { out: '', err: '' };
    const interrupted = new AbortController();
    const rest = [...(answers ?? [])];
    const attended = { ask: () => Promise.resolve(rest.shift() ?? 'g') };
    const terminal: Terminal = {
      env: leadingTo(app, 'operator'),
      out: { write: (text) => (said.out += text) },
      err: {
        write: (text) => {
          said.err += text;
          if (text.startsWith('replay ')) interrupted.abort();
        },
      },
      interrupted: interrupted.signal,
      ...(answers === undefined ? {} : attended),
    };
    const status = await perform(replayVerb, args, terminal);
    const [, replayId = ''] = /replay (\S+) to/.exec(said.err) ?? [];
    return { status, replayId, ...said };
  };

  const slowly = () => ['--topic', target.name, '--to', '200', '--rate', '20'];

  it('says what there is, follows it to its end, and reports', async () => {
    const { status, out, err } = await run('--topic', target.name, '--type', 'ExecutionStarted');
    expect({ status, out }).toEqual({
      status: 0,
      out: expect.stringMatching(`^20 events replayed to ${target.name} \\(\\S+\\)\n$`),
    });
    expect(err).toMatch(/^20 events at positions 1 to \d+\n[^]*\nreplay \S+ to events-/);
    expect(await target.messages()).toHaveLength(20);
  });

  it('as a dry run sends nothing', async () => {
    const { status, out } = await run(...slowly(), '--dry-run');
    expect(status).toBe(0);
    expect(out).toMatch(/LlmCallRecorded +180\n/);
    expect(out).toContain(`would go to ${target.name} in 10.0 s or more; nothing is sent\n`);
    const json = await run(...slowly(), '--dry-run', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ total: 200, secondsAtLeast: 10 });
  });

  it('pauses it when it is left where nobody can be asked, and goes on with it later', async () => {
    const { status, replayId, out, err } = await left([
      '--topic',
      target.name,
      '--to',
      '200',
      '--rate',
      '40',
    ]);
    expect({ status, out }).toEqual({
      status: 1,
      out: expect.stringMatching(/^replay \S+ is paused, /),
    });
    expect(err).toContain(`go on with it: npm run replay -- --resume ${replayId}\n`);
    const resumed = await run('--resume', replayId, '--json');
    expect(resumed.status).toBe(0);
    expect(JSON.parse(resumed.out)).toMatchObject({ state: 'completed', done: 200, total: 200 });
    expect(await target.messages()).toHaveLength(200);
  });

  it.each([
    [['what?', 'p'], 'paused', /go on with it/],
    [['cancel'], 'cancelled', /./],
    [['g'], 'running', /follow it again/],
  ])('asked whether to pause or cancel, %j leaves it %s', async (answers, state, hint) => {
    const { status, replayId, out, err } = await left(slowly(), answers);
    expect(status).toBe(1);
    expect(out).toMatch(new RegExp(`^replay ${replayId} is ${state}, `));
    expect(err).toMatch(hint);
    await app.client.command('cancel-replay', { replayId }, { key: app.keys.operator });
  });

  it.each([
    [[], '--topic is missing'],
    [['--resume', 'x', '--topic', 'y'], '--resume goes on with a replay as it was started'],
    [['--topic', 'y', '--rate', 'fast'], '--rate: events in a second'],
  ])('%j is bad use', async (args, message) => {
    const { status, err } = await run(...args);
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(message) });
  });

  it('tells a refusal in one line', async () => {
    const { status, err } = await run('--topic', topicOn(bootstrap).name, '--since', '2100-01-01');
    expect({ status, err }).toMatchObject({ status: 0 });
    const unknown = await run('--resume', 'nobody');
    expect(unknown).toEqual({
      status: 1,
      out: '',
      err: expect.stringMatching(/there is no replay nobody \(404 replay-unknown\)\n$/),
    });
  });
});
