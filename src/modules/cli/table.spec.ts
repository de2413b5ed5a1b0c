import { table } from './table';

const columns = [
  { title: 'name', shrinks: true },
  { title: 'calls', align: 'right' },
  { title: '' },
] as const;

describe('a table', () => {
  it('aligns its columns, without blanks at the ends of lines', () => {
    const rows = [
      ['writer', '1,200', 'ok'],
      ['editor', '7', ''],
    ];
    expect(table(columns, rows)).toBe(
      ['  name    calls', '  writer  1,200  ok', '  editor      7', ''].join('\n'),
    );
  });

  it('shortens what may be shortened to keep within its width', () => {
    const text = table(columns, [['a name that is far too long', '12', 'ok']], { width: 24 });
    expect(text).toBe(['  name         calls', '  a name tha…     12  ok', ''].join('\n'));
  });

  it('gives up shortening before nothing can be read any more', () => {
    const text = table(columns, [['abcdefghij', '12', 'quite a remark']], { width: 10 });
    expect(text.split('\n')[1]).toBe('  abcde…     12  quite a remark');
  });

  it('has only its heading where there are no rows', () => {
    expect(table(columns, [], { indent: 0, heading: (line) => `<${line}>` })).toBe(
      '<name  calls>\n',
    );
  });
});
