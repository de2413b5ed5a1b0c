import fc from 'fast-check';
import { idSchema } from '../../commands/fields';
import { identify } from './execution-ids';
import { readLegacyLog } from './legacy-log';

const reading = { timeZone: 'UTC', now: Date.parse('2026-01-01T00:00:00Z') };

interface Claim {
  readonly id: string;
  readonly start: string;
}

const identified = (claims: readonly Claim[], timeZone = 'UTC') => {
  const entries = claims.map(({ id, start }) => ({
    execution_id: id,
    agent: 'writer',
    start_time: start,
    llm_calls: [],
  }));
  return identify(readLegacyLog(entries, { ...reading, timeZone }));
};
const idsOf = (claims: readonly Claim[]): string[] =>
  identified(claims).map(({ executionId }) => executionId);

const at = (fraction: string): string => `2025-03-10T09:15:00.${fraction}`;

const claim = fc.record({
  id: fc.oneof(fc.constantFrom('a', 'b', 'a.000001', 'a.000001.2', 'a b', 'a/b'), fc.string()),
  start: fc.constantFrom(at('000001'), at('000002'), at('5')),
});
const claims = fc.array(
  claim.filter(
    ({ id }) => id !== '' && id.length <= 900 && !id.includes('\0') && id.isWellFormed(),
  ),
  { maxLength: 30 },
);

describe('ids of imported executions', () => {
  it('stay as they are where no other has them', () => {
    const ids = ['writer_20250310_091500', 'Editor:1.2-x'];
    expect(idsOf(ids.map((id) => ({ id, start: at('1') })))).toEqual(ids);
  });

  it('add the fraction of the second, then a count, where an earlier one has them', () => {
    const starts = ['250000', '750000', '750000', '750000'];
    expect(idsOf(starts.map((start) => ({ id: 'writer', start: at(start) })))).toEqual([
      'writer',
      'writer.750000',
      'writer.750000.2',
      'writer.750000.3',
    ]);
  });

  it('replace characters an id may not have, and stay apart', () => {
    const ids = idsOf(['a b', 'a/b', 'x'.repeat(900)].map((id) => ({ id, start: at('1') })));
    expect(ids[0]).toMatch(/^a-b-[0-9a-f]{8}$/);
    expect(ids[1]).toMatch(/^a-b-[0-9a-f]{8}$/);
    expect(new Set(ids).size).toBe(3);
  });

  it('are valid and all different, whatever the log calls its executions', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const ids = idsOf(all);
        expect(new Set(ids).size).toBe(all.length);
        for (const id of ids) expect(idSchema.safeParse(id).success).toBe(true);
      }),
    );
  });

  it('are the same in every later, longer version of the log', () => {
    fc.assert(
      fc.property(claims, claims, (earlier, added) => {
        expect(idsOf([...earlier, ...added]).slice(0, earlier.length)).toEqual(idsOf(earlier));
      }),
    );
  });

  it('have identities that are all different, and the same in every time zone', () => {
    fc.assert(
      fc.property(claims, (all) => {
        const identities = identified(all).map(({ identity }) => identity);
        expect(new Set(identities).size).toBe(all.length);
        const elsewhere = identified(all, 'Asia/Tokyo');
        expect(elsewhere.map(({ identity }) => identity)).toEqual(identities);
      }),
    );
  });

  it('do not move when a malformed entry that was left out is repaired', () => {
    const entry = { execution_id: 'writer', agent: 'writer', llm_calls: [] };
    const second = { ...entry, start_time: at('750000') };
    const broken = identify(readLegacyLog([entry, second], reading));
    const repaired = identify(readLegacyLog([{ ...entry, start_time: at('1') }, second], reading));
    expect(broken.map(({ executionId }) => executionId)).toEqual(['writer.750000']);
    expect(repaired.at(-1)).toMatchObject(broken[0]!);
  });
});
