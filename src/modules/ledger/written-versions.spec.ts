import { WrittenVersions } from './written-versions';

describe('the versions that this process wrote', () => {
  it('are of 200,000 streams at most: those that were written to last', () => {
    const written = new WrittenVersions();
    written.set('book', 1);
    for (let stream = 1; stream < 200_000; stream += 1) written.set(`e${String(stream)}`, 1);
    written.set('book', 2);
    written.set('one more', 1);
    expect([written.get('book'), written.get('e1'), written.get('e2')]).toEqual([2, undefined, 1]);
  });

  it('are known no more once they are forgotten, of one or of all', () => {
    const written = new WrittenVersions();
    for (const stream of ['a', 'b', 'c']) written.set(stream, 1);
    written.delete('a');
    expect(['a', 'b', 'c'].map((stream) => written.get(stream))).toEqual([undefined, 1, 1]);
    written.clear();
    expect(['a', 'b', 'c'].map((stream) => written.get(stream))).not.toContain(1);
  });
});
