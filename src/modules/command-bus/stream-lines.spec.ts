import { StreamLines, Turn } from './stream-lines';

/** Notes when those who are ahead of somebody are through. */
const waiting = (lines: StreamLines, stream: string, passed: string[], name: string): void => {
  void (lines.ahead(stream) ?? Promise.resolve()).then(() => passed.push(name));
};
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('the line of a stream', () => {
  it('is empty once every turn has ended, and keeps no other stream waiting', () => {
    const lines = new StreamLines();
    const [first, second] = [new Turn(), new Turn()];
    lines.hold(first, 's');
    lines.hold(second, 's');
    expect(lines.ahead('t')).toBeUndefined();
    first.end();
    first.end(); // a turn ends once
    expect(lines.ahead('s')).toBeDefined();
    second.end();
    expect(lines.ahead('s')).toBeUndefined();
  });

  it('lets nobody by until all who came before have had their turn', async () => {
    const lines = new StreamLines();
    const [first, second] = [new Turn(), new Turn()];
    const passed: string[] = [];
    lines.hold(first, 's');
    lines.hold(second, 's');
    waiting(lines, 's', passed, 'third');
    second.end();
    await settled();
    expect(passed).toEqual([]);
    first.end();
    await settled();
    expect(passed).toEqual(['third']);
  });

  it('has those wait for a turn that is taken up again who come from then on, and for those before it', async () => {
    const lines = new StreamLines();
    const [first, second] = [new Turn(), new Turn()];
    const passed: string[] = [];
    lines.hold(first, 's');
    waiting(lines, 's', passed, 'second');
    lines.hold(second, 's');
    lines.hold(first, 's'); // held already: it keeps its place
    first.end();
    await settled();
    expect(passed).toEqual(['second']);
    lines.hold(first, 's');
    waiting(lines, 's', passed, 'third');
    first.end();
    await settled();
    expect(passed).toEqual(['second']);
    second.end();
    await settled();
    expect(passed).toEqual(['second', 'third']);
  });
});
