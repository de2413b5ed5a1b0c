import type { RecordedEvent } from '../../events';
import { foldTotals } from '../fold';
import type { TotalsDelta } from '../fold';
import { qualityGates } from './quality-gates.projection';

const gates = { opening: true, evidence: true, voice: false, structure: true, chart: true };

const scored = (decision: string, agent: string | null, all = gates): RecordedEvent =>
  ({
    position: 1n,
    stream: 'execution-a',
    version: 1,
    eventId: '',
    correlationId: 'c',
    deploymentId: 'd7',
    causationId: null,
    actor: 'service',
    occurredAt: '2026-01-08T22:00:00.000000Z',
    recordedAt: '2026-01-08T22:00:00.000000Z',
    type: 'QualityScored',
    data: { score: 8, gates: all, decision, revisions: 0, agent },
  }) as RecordedEvent;

const foldedFrom = (...events: readonly RecordedEvent[]): TotalsDelta[] => {
  const deltas = new Map<string, TotalsDelta>();
  for (const event of events) foldTotals(qualityGates, deltas, event);
  return [...deltas.values()];
};

const countsOf = (rows: readonly TotalsDelta[], gate: string) =>
  rows.filter(({ key }) => key['gate'] === gate).map(({ key, add }) => ({ ...key, ...add }));

test('each gate counts on its own, and the whole as what may be published', () => {
  const all = { ...gates, voice: true };
  const rows = foldedFrom(scored('revise', 'writer'), scored('publish', 'writer', all));
  expect(rows).toHaveLength(6);
  const key = { day: '2026-01-08', agent: 'writer', deployment: 'd7' };
  expect(countsOf(rows, 'voice')).toEqual([
    { ...key, gate: 'voice', scored: 2n, passed: 1n, failed: 1n },
  ]);
  expect(countsOf(rows, 'opening')).toEqual([
    { ...key, gate: 'opening', scored: 2n, passed: 2n, failed: 0n },
  ]);
  expect(countsOf(rows, 'editor')).toEqual([
    { ...key, gate: 'editor', scored: 2n, passed: 1n, failed: 1n },
  ]);
});

test('what is not to be published has not passed as a whole, whatever its gates say', () => {
  const all = { ...gates, voice: true };
  const rejected = foldedFrom(scored('reject', 'writer', all));
  expect(countsOf(rejected, 'editor')).toMatchObject([{ scored: 1n, passed: 0n, failed: 1n }]);
  expect(countsOf(rejected, 'voice')).toMatchObject([{ scored: 1n, passed: 1n, failed: 0n }]);
});

test('work of nobody known is under an empty name', () => {
  expect(foldedFrom(scored('reject', null)).map(({ key }) => key['agent'])).toEqual(
    Array<string>(6).fill(''),
  );
});

test('a rate says nothing where nothing was scored', () => {
  expect(qualityGates.present({ scored: 0n, passed: 0n })).toMatchObject({ passRate: null });
  expect(qualityGates.present({ scored: '8', passed: '7' })).toMatchObject({ passRate: 0.875 });
});
