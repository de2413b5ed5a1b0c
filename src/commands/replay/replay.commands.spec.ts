import { replayCommands } from './replay.commands';

const { schema } = replayCommands.StartReplay;

test('a scope takes positions as numbers or text, and times to the microsecond', () => {
  const scope = {
    fromPosition: 5,
    toPosition: '900719925474099312',
    since: '2026-01-08',
    until: '2026-01-08T23:32:15.550791+01:00',
  };
  expect(schema.parse({ topic: 'copy', scope })).toEqual({
    topic: 'copy',
    dryRun: false,
    scope: {
      fromPosition: '5',
      toPosition: '900719925474099312',
      since: '2026-01-08T00:00:00.000000Z',
      until: '2026-01-08T22:32:15.550791Z',
    },
  });
});

test.each(['', '.', '..', '__consumer_offsets', 'a b', 'ä', 'x'.repeat(250)])(
  '%j is no topic to replay to',
  (topic) => {
    expect(schema.safeParse({ topic }).success).toBe(false);
  },
);

test.each([
  [{ types: [] }],
  [{ streams: [''] }],
  [{ fromPosition: -1 }],
  [{ toPosition: '1.5' }],
  [{ since: 'yesterday' }],
  [{ kinds: ['x'] }],
])('%j is no scope', (scope) => {
  expect(schema.safeParse({ topic: 'copy', scope }).success).toBe(false);
});
