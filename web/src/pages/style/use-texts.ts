import type { StyleUsageRow } from '../../api/rows';
import { useRows } from '../../time/use-at-moment';
import type { ParagraphRow } from './paragraph-text';

/** The texts of the paragraphs that some rows are about. */
export const useTexts = (rows: readonly StyleUsageRow[] | undefined): readonly ParagraphRow[] => {
  const ids = (rows ?? []).flatMap(({ paragraph }) => paragraph ?? []);
  const parameters =
    ids.length === 0 ? null : { paragraphId: ids.join(','), present: 1, limit: ids.length };
  return useRows<ParagraphRow>('style-paragraphs', parameters).data?.rows ?? [];
};
