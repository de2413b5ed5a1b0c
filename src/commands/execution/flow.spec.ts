import { contentFlow, flowSchema, namesFrom, placeOf } from './flow';

const faultsOf = (flow: unknown): string[] =>
  (flowSchema.safeParse(flow).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

const small = {
  name: 'news',
  stages: [{ name: 'write', steps: ['draft'] }, { name: 'check' }],
  publishScore: 7,
  requiredGates: ['voice'],
  revisionStage: 'write',
  maxRevisions: 1,
  silenceSeconds: 600,
};

describe('a flow', () => {
  test('the default one is valid', () => {
    expect(flowSchema.parse(contentFlow)).toEqual(contentFlow);
  });

  test('is data: its stages, with steps where there are any', () => {
    expect(flowSchema.parse(small).stages).toEqual([
      { name: 'write', steps: ['draft'] },
      { name: 'check', steps: [] },
    ]);
  });

  test.each([
    ['a name that is no name', { name: 'News Flow' }, /^name: lower-case/],
    ['no stages', { stages: [] }, /^stages: /],
    [
      'a stage named twice',
      { stages: [{ name: 'write' }, { name: 'write' }] },
      /write is named twice/,
    ],
    [
      'a step named like a stage',
      { stages: [{ name: 'write', steps: ['write'] }] },
      /write is named twice/,
    ],
    [
      'a revision stage it lacks',
      { revisionStage: 'rewrite' },
      /^revisionStage: rewrite is none of the stages/,
    ],
    ['a step as its revision stage', { revisionStage: 'draft' }, /^revisionStage: draft is none/],
    ['a score beyond ten', { publishScore: 11 }, /^publishScore/],
    ['a gate nobody knows', { requiredGates: ['looks'] }, /^requiredGates.0/],
    ['half a revision', { maxRevisions: 0.5 }, /^maxRevisions/],
    ['fewer than no revisions', { maxRevisions: -1 }, /^maxRevisions/],
    ['no patience', { silenceSeconds: 0 }, /^silenceSeconds/],
    ['endless patience', { silenceSeconds: Infinity }, /^silenceSeconds/],
    ['a field nobody knows', { gates: [] }, /gates/],
  ])('is refused with %s', (_what, change, fault) => {
    expect(faultsOf({ ...small, ...change }).join('\n')).toMatch(fault);
  });

  test('is refused with every fault at once', () => {
    expect(faultsOf({ ...small, name: '', publishScore: -1, silenceSeconds: 'long' })).toHaveLength(
      3,
    );
  });
});

describe('the place of a name in a flow', () => {
  test('is that of its stage', () => {
    expect(placeOf(contentFlow, 'quality_gate')).toMatchObject({ index: 3, isStep: false });
    expect(placeOf(contentFlow, 'write')).toMatchObject({
      index: 2,
      isStep: true,
      stage: { name: 'generate_content' },
    });
    expect(placeOf(contentFlow, 'proofread')).toBeUndefined();
  });

  test('from it on come its steps, and the stages behind it with theirs', () => {
    expect(namesFrom(contentFlow, 2)).toEqual([
      'generate_content',
      'research',
      'write',
      'graphics',
      'quality_gate',
    ]);
  });
});
