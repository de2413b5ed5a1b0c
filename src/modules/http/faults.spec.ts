import { z } from 'zod';
import { faultsIn, malformed, parseBody, parseInput } from './faults';
import { Problem } from './problem';

describe('the faults of an input', () => {
  const schema = z.strictObject({
    name: z.string().min(1),
    count: z.int().min(0),
    gates: z.strictObject({ opening: z.boolean(), voice: z.boolean() }).optional(),
    kind: z.enum(['a', 'b']).default('a'),
  });

  const faultsOf = (input: unknown): readonly { path: string; message: string }[] => {
    const parsed = schema.safeParse(input);
    if (parsed.success) throw new Error('nothing is wrong with it');
    const problem = malformed(faultsIn(schema, parsed.error));
    expect(problem).toMatchObject({ status: 400, code: 'malformed' });
    return problem.more.errors ?? [];
  };

  test('are all told at once', () => {
    const faults = faultsOf({ nmae: 'x', count: -1, kind: 'c' });
    expect(faults.map(({ path }) => path).sort()).toEqual(['count', 'kind', 'name', 'nmae']);
  });

  test('say what is missing', () => {
    expect(faultsOf({ count: 1 })).toEqual([{ path: 'name', message: 'is required (string)' }]);
  });

  test('offer the nearest field, also within a field', () => {
    expect(faultsOf({ name: 'x', cuont: 1, count: 1 })).toEqual([
      { path: 'cuont', message: 'unknown field, did you mean count?' },
    ]);
    expect(
      faultsOf({ name: 'x', count: 1, gates: { opening: true, voice: true, vioce: true } }),
    ).toEqual([{ path: 'gates.vioce', message: 'unknown field, did you mean voice?' }]);
  });

  test.each([null, [], 'text', 42])('of %p as a whole are told too', (input) => {
    expect(faultsOf(input)).toEqual([
      { path: '', message: expect.stringMatching(/expected object/) },
    ]);
  });

  test('are in the detail for a person', () => {
    const parsed = schema.safeParse({ name: '', count: 'one' });
    expect(malformed(faultsIn(schema, parsed.error!)).detail).toMatch(/^name: .*; count: .*$/);
  });

  test('of its body are told with those around it', () => {
    const around = [{ path: 'If-Match', message: 'is wrong' }];
    const told = (body: unknown): unknown => {
      try {
        return parseBody(schema, body, around);
      } catch (problem) {
        return (problem as Problem).more.errors?.map(({ path }) => path);
      }
    };
    expect(told({ name: 'x', count: 1 })).toEqual(['If-Match']);
    expect(told({ name: 'x', count: -1 })).toEqual(['If-Match', 'count']);
    expect(told({ name: 'a NUL \0', count: 1 })).toEqual(['If-Match', 'name']);
  });

  test('do not stand against what is right', () => {
    expect(parseInput(schema, { name: 'x', count: 1 })).toEqual({ name: 'x', count: 1, kind: 'a' });
    expect(() => parseInput(schema, {})).toThrow(Problem);
  });
});
