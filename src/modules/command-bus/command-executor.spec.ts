import type { StandingContext } from '../../commands';
import { contentFlow } from '../../commands/execution/flow';
import { Voidings } from '../../events/voiding';
import type { Append, Outcome } from '../ledger/append';
import type { LedgerReader } from '../ledger/ledger-reader';
import { QueueFull } from '../ledger/ledger-unavailable';
import type { Ledger } from '../ledger/ledger.service';
import type { Opening } from '../personal/opening';
import type { SubjectKeys } from '../personal/subject-keys';
import { catalogue } from './catalogue';
import { CommandExecutor } from './command-executor';
import type { Accepted } from './issued-command';

/** An executor whose ledger has room or not, and whose work was voided last by a fact, as the test says. */
const scene = () => {
  const world = {
    isFull: false,
    letOn: (): void => undefined,
    recorded: [] as unknown[],
    rested: [] as string[],
    voided: 0n,
  };
  const append = (asked: Append): Promise<Outcome> => {
    const { events, expected, grounds, epoch = world.voided } = asked;
    if (world.isFull) throw new QueueFull();
    if (epoch < world.voided) return Promise.resolve({ kind: 'overtaken', epoch: world.voided });
    world.rested.push(...grounds.map(({ stream }) => stream));
    world.recorded.push(
      ...events.map(({ data }) => (JSON.parse(data) as { reason?: string }).reason),
    );
    const version = expected + events.length;
    const place = { version, position: BigInt(version), recordedAt: '' };
    return Promise.resolve({ kind: 'appended', ...place });
  };
  const ledger = {
    append,
    room: () => new Promise<void>((resolve) => (world.letOn = resolve)),
    onDoubt: () => undefined,
  } as unknown as Ledger;
  const reader = {
    voidings: () =>
      Promise.resolve(
        new Voidings([{ position: world.voided, deploymentId: 'd0', isVoided: false }]),
      ),
    histories: () => Promise.resolve(new Map()),
  } as unknown as LedgerReader;
  const flows = new Map(['content', 'manual'].map((name) => [name, { ...contentFlow, name }]));
  const executor = new CommandExecutor(
    ledger,
    reader,
    { flows } as unknown as StandingContext,
    {} as unknown as SubjectKeys,
    {} as unknown as Opening,
  );
  const execute = (
    name: string,
    data: object,
    { waitsForRoom = false, epoch = null }: { waitsForRoom?: boolean; epoch?: bigint | null },
  ): Promise<Accepted> => {
    const issuance = {
      actor: 'a',
      deploymentId: null,
      correlationId: 'c',
      causationId: null,
      ifMatch: null,
      occurredAt: '2026-01-08T22:00:00.000000Z',
      idempotency: null,
      epoch,
    };
    const entry = catalogue.get(name)!;
    return executor.execute(entry, { id: 's', data: { ...data }, issuance, waitsForRoom });
  };
  return { world, execute };
};

const beat = (reason: string): object => ({ executionId: 's', reason });
const patient = { waitsForRoom: true };

describe('a command that there is no room for', () => {
  it('keeps its turn while it waits: what comes behind it on its stream is decided behind it', async () => {
    const { world, execute } = scene();
    await execute('queue-execution', { executionId: 's', flow: 'content' }, patient);
    world.isFull = true;
    const first = execute('heartbeat-execution', beat('first'), patient);
    world.isFull = false; // not so much that a stream of commands goes on, but some
    const second = execute('heartbeat-execution', beat('second'), { waitsForRoom: false });
    await new Promise((resolve) => void setImmediate(resolve));
    expect(world.recorded).toHaveLength(1);
    world.letOn();
    const answers = await Promise.all([first, second]);
    expect(world.recorded.slice(1)).toEqual(['first', 'second']);
    expect(answers.map(({ version }) => version)).toEqual([2, 3]);
  });

  it('is turned away where it does not wait, and holds up nobody', async () => {
    const { world, execute } = scene();
    await execute('queue-execution', { executionId: 's', flow: 'content' }, patient);
    world.isFull = true;
    const first = execute('heartbeat-execution', beat('first'), { waitsForRoom: false });
    await expect(first).rejects.toThrow('too many commands are waiting');
    world.isFull = false;
    await execute('heartbeat-execution', beat('second'), patient);
    expect(world.recorded.slice(1)).toEqual(['second']);
  });
});

describe('a command whose fields rest on work', () => {
  const queued = { executionId: 's', flow: 'content' };

  it('is refused once work was voided since that was read, and taken when it is read again', async () => {
    const { world, execute } = scene();
    world.voided = 9n;
    const early = execute('queue-execution', queued, { epoch: 0n });
    await expect(early).rejects.toMatchObject({ status: 409, code: 'overtaken' });
    expect(world.recorded).toHaveLength(0);
    await execute('queue-execution', queued, { epoch: 9n });
    expect(world.recorded).toHaveLength(1);
  });

  it('is decided anew where its stream alone was read before', async () => {
    const { world, execute } = scene();
    await execute('queue-execution', queued, {});
    world.voided = 9n; // nothing is left of the stream
    await execute('queue-execution', queued, { epoch: 9n });
    expect(world.recorded).toHaveLength(2);
  });
});

it('rests the start of what was queued on the flow that it was queued for', async () => {
  const { world, execute } = scene();
  await execute('queue-execution', { executionId: 's', flow: 'manual' }, {});
  await execute('start-execution', { executionId: 's' }, {});
  expect(world.rested).toEqual(['flow-manual', 'flow-manual']);
});
