import type { Aggregate } from '../../commands/aggregate';
import type { StoredEvent } from '../../events/event-metadata';
import { nothingVoid } from '../../events/voiding';
import type { History, LedgerReader } from '../ledger/ledger-reader';
import { StreamStates } from './stream-states';

/** Its state is how many heartbeats there were. */
const counted: Aggregate = {
  category: 'execution',
  identifiedBy: 'executionId',
  commands: {},
  ignores: [],
  initialState: 0,
  evolve: (state) => (state as number) + 1,
  decide: () => [],
};

const event = (version: number, schemaVersion = 1): StoredEvent => ({
  position: BigInt(version),
  stream: 's',
  version,
  eventId: 'e',
  schemaVersion,
  deploymentId: 'd',
  correlationId: 'c',
  causationId: null,
  actor: 'a',
  occurredAt: '2026-01-08T22:00:00.000000Z',
  recordedAt: '2026-01-08T22:00:00.000000Z',
  type: 'HeartbeatReceived',
  data: { reason: null },
});

const history = (...events: StoredEvent[]): History => ({ version: events.length, events });

const statesOn = (histories: LedgerReader['histories']): StreamStates => {
  const reader = { voidings: () => Promise.resolve(nothingVoid), histories };
  return new StreamStates(reader as unknown as LedgerReader, 100);
};

test('what was read before all was forgotten is read anew', async () => {
  const answers = [history(event(1)), history(event(1), event(2))];
  const states: StreamStates = statesOn(() => {
    const [found] = answers.splice(0, 1);
    if (answers.length === 1) states.clear(); // while the first answer is on its way
    return Promise.resolve(new Map([['s', found as History]]));
  });
  expect(await states.load(counted, 's')).toMatchObject({ version: 2, state: 2 });
  expect(states.peek('s')).toMatchObject({ version: 2 });
});

test('a stream that cannot be read keeps no other from being read with it', async () => {
  const found = new Map([
    ['s', history(event(1))],
    ['newer', history(event(1, 99))],
    ['t', history(event(1))],
  ]);
  const states = statesOn(() => Promise.resolve(found));
  const loads = await Promise.allSettled(
    ['s', 'newer', 't'].map((stream) => states.load(counted, stream)),
  );
  expect(loads).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: { name: 'UnreadableEvent' } },
    { status: 'fulfilled' },
  ]);
});
