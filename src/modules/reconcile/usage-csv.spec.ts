import { readUsage } from './usage-csv';

const read = (...lines: string[]) => readUsage(lines.join('\n'), null);
const header = 'date,model,input_tokens,output_tokens,cost';

test('rows of one day and model are summed, exactly', () => {
  const { rows, usage, faults } = read(
    header,
    '2026-01-05,gpt-4o,1000,500,0.1',
    '2026-01-05,gpt-4o,1,2,0.200000001',
    '2026-01-06,gpt-4o,7,8,1e-9',
  );
  expect({ rows, faults }).toEqual({ rows: 3, faults: [] });
  expect(usage.map(({ day, figures }) => [day, figures])).toEqual([
    ['2026-01-05', { inputTokens: 1_001n, outputTokens: 502n, costNanoUsd: 300_000_001n }],
    ['2026-01-06', { inputTokens: 7n, outputTokens: 8n, costNanoUsd: 1n }],
  ]);
});

test.each([
  ['a byte order mark', `\ufeff${header}\n2026-01-05,gpt-4o,1,2,3\n`],
  ['semicolons', `${header.replaceAll(',', ';')}\n2026-01-05;gpt-4o;1;2;3`],
  ['tabs', `${header.replaceAll(',', '\t')}\n2026-01-05\tgpt-4o\t1\t2\t3`],
  [
    'quotes',
    `"date","model","input_tokens","output_tokens","cost"\n"2026-01-05","gpt-4o","1","2","3"`,
  ],
  ['a separator within quotes', `${header},"a;b;c;d;e;f;g"\n2026-01-05,gpt-4o,1,2,3,"x,y"`],
  ['line ends of Windows', `${header}\r\n2026-01-05,gpt-4o,1,2,3\r\n`],
  ['rows without a value', `${header}\n2026-01-05,gpt-4o,1,2,3\n,,,,\n"", ,,,\n`],
  ['blank lines and spaces', `\n${header}\n\n 2026-01-05 , gpt-4o , 1 , 2 , 3 \n\n`],
])('%s change nothing', (_what, text) => {
  const { usage, faults } = readUsage(text, null);
  expect(faults).toEqual([]);
  expect(usage).toMatchObject([
    {
      day: '2026-01-05',
      model: 'gpt-4o',
      figures: { inputTokens: 1n, costNanoUsd: 3_000_000_000n },
    },
  ]);
});

test.each([
  ['2026-01-05', '2026-01-05'],
  ['2026-01-05T23:30:00Z', '2026-01-05'],
  ['2026-01-05T23:30:00-05:00', '2026-01-06'],
  ['2026-01-05 23:30:00', '2026-01-05'],
  ['2026-01-05 23:30:00 UTC', '2026-01-05'],
  ['2026-01-05T23:30:00', '2026-01-05'],
  ['2026-01-05T00:00:00+00:00', '2026-01-05'],
  ['1767571200', '2026-01-05'],
])('%s is of the UTC day %s', (date, day) => {
  expect(read(header, `${date},m,1,2,3`)).toMatchObject({ faults: [], usage: [{ day }] });
});

test('every broken cell is named by its line and its column', () => {
  const { faults } = read(
    header,
    '2026-01-05,gpt-4o,1,2,0.1',
    '05/01/2026,,1.5,-2,$0.10',
    '2026-02-30,gpt-4o,1,2,"1,234.50"',
    '',
    'Total,gpt-4o,1,2',
  );
  expect(faults.map(({ line, column }) => [line, column])).toEqual([
    [3, 'date'],
    [3, 'model'],
    [3, 'input_tokens'],
    [3, 'output_tokens'],
    [3, 'cost'],
    [4, 'date'],
    [4, 'cost'],
    [6, null],
  ]);
  expect(faults[4]!.message).toMatch(/currency sign/);
  expect(faults.at(-1)!.message).toBe('has 4 cells where the header has 5');
});

test('amounts of another currency are refused', () => {
  const { faults } = read(`${header},currency`, '2026-01-05,m,1,2,3,USD', '2026-01-05,m,1,2,3,EUR');
  expect(faults).toEqual([{ line: 3, column: 'currency', message: 'is not USD ("EUR")' }]);
});

test.each([
  ['', 'the file is empty'],
  [' \n\n', 'the file is empty'],
  [header, 'the file has a header and no rows'],
  [`${header}\n2026-01-05,"gpt-4o,1,2,3\n`, 'is broken: quote not closed'],
  ['<html><body>Sign in</body></html>', expect.stringMatching(/^there is no column of the date/)],
  ['PK\u0003\u0004\0\0', expect.stringMatching(/^there is no column of the date/)],
])('%j is no usage export', (text, message) => {
  const { faults } = readUsage(text, null);
  expect(faults[0]).toMatchObject({ message });
});
