import MarkdownIt from 'markdown-it';
import type { Token } from 'markdown-it';

/** CommonMark with tables, and with HTML and comments told apart from text. */
const parser = new MarkdownIt('commonmark').enable(['table', 'strikethrough']);

/** A paragraph counts from here on, in characters of its plain text. */
const moreThan = 50;

/** YAML between two lines of dashes, at the very beginning; prose between two rules begins with no entry. */
const frontMatter =
  /^\ufeff?---[ \t]*\r?\n(?:(?=(?:[ \t]*(?:#[^\r\n]*)?\r?\n)*[^\s#:][^\n]*?:\s)[^]*?\r?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/;

/** Headings below which stand the words of others, up to the next heading of that level. */
const ofOthers = /^(references|sources|bibliography|works cited|further reading|footnotes|notes)$/i;

/** `[^1]: Where it is said.`, which CommonMark takes for a paragraph. */
const footnote = /^\[\^[^\]\s]+\]:/;
const footnoteMark = /\[\^[^\][\s]+\]/g;
/** Of a link: what its definition says is an address alone. */
const linkedMark = /^\^\S+$/;

const breaks = new Set(['softbreak', 'hardbreak']);
const lineBreak = /^<br\b/i;

/** The words of a paragraph without its marks: links by their text, images not at all. */
const plainText = (children: readonly Token[]): string =>
  children
    .map(({ type, content }, index) => {
      if (type === 'text') {
        const isLinked = children[index - 1]?.type === 'link_open' && linkedMark.test(content);
        return isLinked ? '' : content.replace(footnoteMark, '');
      }
      if (type === 'code_inline') return content;
      const isBreak = breaks.has(type) || (type === 'html_inline' && lineBreak.test(content));
      return isBreak ? ' ' : '';
    })
    .join('')
    .replace(/\s+/g, ' ')
    .trim();

/** What stands below a heading. */
interface Section {
  /** The heading's, 1 to 6. */
  readonly level: number;
  /** How deep it lies in quotations and lists: it ends with the one that it is in. */
  readonly depth: number;
}

const isBehind = ({ level, depth }: Section, other: Section | null): boolean =>
  other === null || (depth === other.depth && level <= other.level);

const levelOf = ({ tag }: Token): number => Number(tag.slice(1));

/**
 * The prose of a Markdown text: its paragraphs of over 50 characters, in order, as plain text. Those in
 * quotations and lists count; front matter, headings, code, tables, HTML, images, footnotes and lists of
 * references do not.
 */
export const paragraphsOf = (markdown: string): string[] => {
  const tokens = parser.parse(markdown.replace(frontMatter, ''), {});
  const paragraphs: string[] = [];
  let passOver: Section | null = null; // that does not count
  for (const [index, token] of tokens.entries()) {
    if (passOver !== null && token.level < passOver.depth) passOver = null;
    if (token.type !== 'inline') continue;
    const opening = tokens[index - 1];
    const text = plainText(token.children ?? []);
    if (opening?.type === 'heading_open') {
      const section = { level: levelOf(opening), depth: opening.level };
      if (isBehind(section, passOver)) passOver = ofOthers.test(text) ? section : null;
    } else if (opening?.type === 'paragraph_open' && passOver === null) {
      const isProse = !footnote.test(token.content);
      if (isProse && Array.from(text).length > moreThan) paragraphs.push(text);
    }
  }
  return paragraphs;
};
