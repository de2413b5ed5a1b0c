import { z } from 'zod';
import { verdictSchema } from '../../events/style.events';
import { command } from '../command';
import type { CommandOf } from '../command';
import { beyondYears, canonical, idSchema, isInYears, sourceSchema, textSchema } from '../fields';

const longestMarkdown = 500_000;

/** Control characters other than those that break lines and set them: signs of a binary file. */
const control = /(?![\t\n\v\f\r\u0085])\p{Cc}/u;

const markdown = z
  .string()
  .max(longestMarkdown, `is longer than ${String(longestMarkdown)} characters: split the article`)
  .superRefine((text, context) => {
    const at = text.search(control);
    if (at === -1) return;
    const lines = text.slice(0, at).split('\n');
    const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
    const place = `line ${String(lines.length)}, column ${String((lines.at(-1) ?? '').length + 1)}`;
    context.addIssue(
      `holds the control character U+${code} at ${place}: send the article's text, not a binary file`,
    );
  });

const publishedAt = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'a day as YYYY-MM-DD, or an ISO 8601 time with a zone',
  })
  .refine((text) => isInYears(canonical(text)), beyondYears);

const service = 'service' as const;

export const articleCommands = {
  IndexArticle: command({
    summary: 'Index the paragraphs of an article, or what changed in them',
    schema: z.strictObject({
      source: sourceSchema,
      markdown,
      /** Absent: as it was. */
      publishedAt: publishedAt.optional(),
    }),
    opens: true,
    role: service,
  }),
  RemoveArticle: command({
    summary: 'Take an article out of the style memory',
    schema: z.strictObject({ source: sourceSchema, reason: textSchema(2_000).min(1) }),
    opens: true, // so that the answer names the source, not the id made of it
    role: service,
  }),
  RateParagraph: command({
    summary: 'Say whether a paragraph was of use to an execution',
    schema: z.strictObject({
      paragraphId: idSchema,
      executionId: idSchema,
      verdict: verdictSchema,
    }),
    opens: true,
    role: service,
    refersTo: ({ executionId }) => ({ category: 'execution', id: executionId }),
  }),
};

export type ArticleCommand = CommandOf<typeof articleCommands>;
