import type { StandingContext } from '../../commands';
import { contentFlow } from '../../commands/execution/flow';
import { nothingVoid } from '../../events/voiding';
import type { Append, Outcome } from '../ledger/append';
import type { LedgerReader } from '../ledger/ledger-reader';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import type { Ledger } from '../ledger/ledger.service';
import type { Opening } from '../personal/opening';
import type { SubjectKeys } from '../personal/subject-keys';
import { catalogue } from './catalogue';
import { CommandExecutor } from './command-executor';
import type { Accepted } from './issued-command';

/** An executor whose ledger has room or not, as the test says. */
const scene = () => {
  const world = { isFull: false, letOn: (): void => undefined, recorded: [] as unknown[] };
  const append = ({ events, expected }: Append): Promise<Outcome> => {
    if (world.isFull) throw new LedgerUnavailable('too many commands are waiting', true);
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
    voidings: () => Promise.resolve(nothingVoid),
    histories: () => Promise.resolve(new Map()),
  } as unknown as LedgerReader;
  const executor = new CommandExecutor(
    ledger,
    reader,
    { flows: new Map([[contentFlow.name, contentFlow]]) } as unknown as StandingContext,
    {} as unknown as SubjectKeys,
    {} as unknown as Opening,
  );
  const execute = (
    name: string,
    data: object,
    { waitsForRoom }: { waitsForRoom: boolean },
  ): Promise<Accepted> => {
    const issuance = {
      ...{ actor: 'a', deploymentId: null, correlationId: 'c', causationId: null, ifMatch: null },
      ...{ occurredAt: '2026-01-08T22:00:00.000000Z', idempotency: null },
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
