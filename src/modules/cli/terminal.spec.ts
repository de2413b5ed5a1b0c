import { paletteFor, progressOutput } from './terminal';

const write = (): void => undefined;

describe('colours', () => {
  it('are for terminals', () => {
    expect(paletteFor({ write, isTTY: true }, {}).bad('no')).toBe('\u001b[31mno\u001b[39m');
    expect(paletteFor({ write, isTTY: false }, {}).bad('no')).toBe('no');
    expect(paletteFor({ write }, {}).strong('no')).toBe('no');
  });

  it.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('are left out where asked for: %j', (env) => {
    expect(paletteFor({ write, isTTY: true }, env).good('yes')).toBe('yes');
  });

  it('stay when NO_COLOR is empty', () => {
    expect(paletteFor({ write, isTTY: true }, { NO_COLOR: '' }).good('yes')).not.toBe('yes');
  });
});

test('nothing is drawn anew on a terminal that cannot', () => {
  const terminal = { write, isTTY: true };
  expect(progressOutput(terminal, { TERM: 'dumb' }).isTTY).toBeUndefined();
  expect(progressOutput(terminal, { TERM: 'xterm' })).toBe(terminal);
});
