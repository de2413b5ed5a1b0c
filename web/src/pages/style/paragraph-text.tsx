import { count } from '../../format/numbers';
import type { StyleUsageRow } from '../../api/rows';

export interface ParagraphRow {
  readonly paragraphId: string;
  readonly source: string;
  readonly paragraph: number;
  readonly text: string;
}

/** A paragraph by its text, or by its name alone where it is not in the memory any more. */
export const ParagraphText = ({
  row,
  texts,
}: {
  readonly row: StyleUsageRow;
  readonly texts: readonly ParagraphRow[];
}) => {
  const known = texts.find(({ paragraphId }) => paragraphId === row.paragraph);
  return (
    <span class="named">
      <span class="excerpt" title={known?.text}>
        {known?.text ?? row.paragraph}
      </span>
      <small>
        {row.source}
        {known === undefined
          ? ', no longer in the memory'
          : `, paragraph ${count(known.paragraph)}`}
      </small>
    </span>
  );
};
