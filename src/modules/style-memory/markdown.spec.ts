import { paragraphsOf } from './markdown';

/** A sentence of over 50 characters that names what it is about. */
const about = (what: string): string =>
  `This sentence is about ${what}, and it is long enough to be a paragraph.`;

describe('a paragraph', () => {
  test('counts from 51 characters on, whatever their size in memory', () => {
    expect(paragraphsOf('x'.repeat(50))).toEqual([]);
    expect(paragraphsOf('x'.repeat(51))).toEqual(['x'.repeat(51)]);
    expect(paragraphsOf('😀'.repeat(26))).toEqual([]);
    expect(paragraphsOf('😀'.repeat(51))).toHaveLength(1);
  });

  test('is what stands between blank lines, its lines joined', () => {
    const markdown =
      'The first line of a paragraph goes on\nin the second, and\tends here.\n\nShort.';
    expect(paragraphsOf(markdown)).toEqual([
      'The first line of a paragraph goes on in the second, and ends here.',
    ]);
  });

  test('keeps its words and loses its marks', () => {
    const markdown =
      '**Nobody** reads the _whole_ [report](https://example.org "a title"), not even `grep`, says ~~he~~ she.';
    expect(paragraphsOf(markdown)).toEqual([
      'Nobody reads the whole report, not even grep, says he she.',
    ]);
  });

  test('has its words apart where a line is broken by a tag', () => {
    expect(paragraphsOf(`${about('one')}<br>Two<BR />three`)).toEqual([
      `${about('one')} Two three`,
    ]);
  });

  test('has no marks of footnotes', () => {
    const markdown = `Half[^1] of it[^a-b] is \`[^code]\`: ${about('x')} *y*^2\n\n[^1]: https://example.org\n`;
    expect(paragraphsOf(markdown)).toEqual([`Half of it is [^code]: ${about('x')} y^2`]);
  });

  test('is measured by its words, not by its links', () => {
    expect(paragraphsOf(`[short](https://example.org/${'x'.repeat(80)})`)).toEqual([]);
  });

  test('has its entities and escapes resolved, and no comments', () => {
    const markdown = `${about('R&amp;D')} <!-- not this --> 1 \\* 2 <span class="x">and this</span>`;
    expect(paragraphsOf(markdown)).toEqual([`${about('R&D')} 1 * 2 and this`]);
  });

  test('goes by Windows line ends as well', () => {
    const markdown = `---\r\ntitle: x\r\n---\r\n\r\n${about('one')}\r\n\r\n${about('two')}\r\n`;
    expect(paragraphsOf(markdown)).toEqual([about('one'), about('two')]);
  });
});

describe('prose is', () => {
  test('not front matter', () => {
    const markdown = `---\ntitle: "${about('a title')}"\n\ndescription: ${about('it')}\n---\n${about('tests')}`;
    expect(paragraphsOf(markdown)).toEqual([about('tests')]);
  });

  test('not front matter that has comments before its entries, or none', () => {
    for (const yaml of ['\n# Jekyll\ntitle: x\n', '"a:b": x\n', 'tags:\n  - x\n', '{a: b}\n', '']) {
      expect(paragraphsOf(`---\n${yaml}---\n${about('tests')}`)).toEqual([about('tests')]);
    }
  });

  test('what stands between two rules, also at the very beginning', () => {
    const [one, two] = [about('one'), about('two')];
    expect(paragraphsOf(`---\n\n${one}\n\n---\n\n${two}`)).toEqual([one, two]);
    expect(paragraphsOf(`---\n# Title\n\n${one}\n\nSection\n---\n${two}`)).toEqual([one, two]);
  });

  test('what follows a rule that only looks like front matter', () => {
    expect(paragraphsOf(`${about('one')}\n\n---\n\n${about('two')}\n\n---\n`)).toEqual([
      about('one'),
      about('two'),
    ]);
  });

  test.each([
    ['a heading', `# ${about('x')}\n\n${about('y')}\n===`],
    ['fenced code', `\`\`\`ts\n${about('x')}\n\`\`\``],
    ['indented code', `    ${about('x')}`],
    ['HTML', `<div>\n${about('x')}\n</div>`],
    ['a comment', `<!--\n\n${about('x')}\n\n-->`],
    ['a table', `| a | b |\n|---|---|\n| ${about('x')} | ${about('y')} |`],
    ['an image', `![${about('x')}](/chart.png)`],
    ['a definition of a link', `[x]: https://example.org "${about('x')}"`],
    ['a footnote', `[^1]: ${about('x')}\n[^note]: ${about('y')}`],
    ['nothing at all', ''],
  ])('not %s', (_what, markdown) => {
    expect(paragraphsOf(markdown)).toEqual([]);
  });

  test('what a quotation and the items of a list say, each by itself', () => {
    const markdown = `> ${about('a quotation')}\n\n- ${about('one')}\n- short\n  1. ${about('within')}\n\n2. ${about('two')}`;
    expect(paragraphsOf(markdown)).toEqual([
      about('a quotation'),
      about('one'),
      about('within'),
      about('two'),
    ]);
  });

  test('not the references, but what comes after them', () => {
    const markdown = `## References\n\n1. ${about('x')}\n\n### Books\n\n${about('y')}\n\n## After\n\n${about('z')}`;
    expect(paragraphsOf(markdown)).toEqual([about('z')]);
  });
});

test('the references of a quotation end with it, and one among the references does not end these', () => {
  const quoted = `> ## Notes\n>\n> ${about('x')}\n\n${about('y')}\n\n- ## Sources\n\n  ${about('x')}\n- ${about('z')}`;
  expect(paragraphsOf(quoted)).toEqual([about('y'), about('z')]);
  expect(paragraphsOf(`## Sources\n\n> # Aside\n>\n> ${about('x')}\n\n${about('y')}`)).toEqual([]);
});

test.each([
  '> '.repeat(20_000),
  '[a]('.repeat(20_000),
  '*a_'.repeat(20_000),
  '`'.repeat(40_000),
  '[^'.repeat(200_000),
  `---\r\n${'# a\r\n'.repeat(20_000)}- x\r\n`,
  `---\n${'\n# a\n'.repeat(20_000)}- x\n`,
])(
  'nothing that is nested deep, or looks like more than it is, makes it throw (%#)',
  (markdown) => {
    expect(() => paragraphsOf(markdown)).not.toThrow();
  },
);
