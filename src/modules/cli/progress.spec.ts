import { Progress } from './progress';

const watched = (isTTY: boolean, columns = 30, before = 0) => {
  const shown: string[] = [];
  const clock = { now: 0 };
  const output = { isTTY, columns, write: (text: string) => shown.push(text) };
  const progress = new Progress(output, 'importing', 'commands', 1_000, before, () => clock.now);
  return { shown, clock, progress };
};

describe('progress', () => {
  it('is a line now and then where nothing can be redrawn', () => {
    const { shown, clock, progress } = watched(false);
    for (let second = 0; second < 7; second += 1) {
      clock.now += 1_000;
      progress.advance(100);
    }
    progress.end();
    expect(shown).toEqual(['importing  500 of 1,000 commands  50 %  100/s  5.0 s left\n']);
  });

  it('is redrawn on a terminal, within its width, and gone at the end', () => {
    const { shown, clock, progress } = watched(true);
    clock.now = 150;
    progress.advance(10);
    progress.advance(10); // too soon to draw again
    progress.end();
    expect(shown).toEqual(['\r\u001b[2Kimporting  10 of 1,000 comman', '\r\u001b[2K']);
  });

  it('is whole on a terminal that does not say how wide it is', () => {
    const { shown, clock, progress } = watched(true, 0);
    clock.now = 1_000;
    progress.advance(100);
    expect(shown).toEqual(['\r\u001b[2Kimporting  100 of 1,000 commands  10 %  100/s  9.0 s left']);
  });

  it('counts what was done before, and tells its rate without it', () => {
    const { shown, clock, progress } = watched(true, 80, 400);
    clock.now = 1_000;
    progress.advance(100);
    expect(shown).toEqual(['\r\u001b[2Kimporting  500 of 1,000 commands  50 %  100/s  5.0 s left']);
  });

  it('says nothing of what is over at once', () => {
    const { shown, progress } = watched(true);
    progress.advance(1_000);
    progress.end();
    expect(shown).toEqual([]);
  });
});
