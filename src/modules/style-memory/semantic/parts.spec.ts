import { partsOf } from './parts';

describe('the parts of a paragraph', () => {
  it('are its sentences', () => {
    expect(
      partsOf(
        'A green build is supposed to be a guarantee. Nobody believes in that any longer today.',
      ),
    ).toEqual([
      'A green build is supposed to be a guarantee.',
      'Nobody believes in that any longer today.',
    ]);
  });

  it('are not so short that they mean nothing', () => {
    expect(
      partsOf(
        'Pass the tests. Ship the code; sleep soundly. That was the promise which was once made.',
      ),
    ).toEqual([
      'Pass the tests. Ship the code; sleep soundly.',
      'That was the promise which was once made.',
    ]);
  });

  it('are not so long that the model would not read them', () => {
    const parts = partsOf(`${'word '.repeat(500)}end.`);
    expect(parts.length).toBeGreaterThan(4);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(480);
    expect(parts.join(' ')).toBe(`${'word '.repeat(500)}end.`);
  });

  it('are cut anywhere where nothing separates them', () => {
    expect(partsOf('x'.repeat(1_000)).map(({ length }) => length)).toEqual([480, 480, 40]);
  });

  it('are bounded in number', () => {
    expect(partsOf('This sentence is repeated until nobody listens. '.repeat(2_000))).toHaveLength(
      256,
    );
  });

  it('of nothing are none', () => {
    expect(partsOf(' \n ')).toEqual([]);
  });
});
