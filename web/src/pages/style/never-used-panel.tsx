import type { StyleUsageRow } from '../../api/rows';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { useRows } from '../../time/use-at-moment';
import { ParagraphText } from './paragraph-text';
import { useTexts } from './use-texts';

const shown = 12;
const parameters = { groupBy: 'source,paragraph', indexed: 1, results: 0, limit: shown };
const freshness = afterCategory('article', 5_000);

/** What no query has ever found. */
export const NeverUsedPanel = () => {
  const answer = useRows<StyleUsageRow>('style-usage', parameters, freshness);
  const texts = useTexts(answer.data?.rows);
  return (
    <Panel
      title="Never found"
      note={`the first ${String(shown)} in the memory that no query found`}
    >
      <Answered answer={answer} lines={6}>
        {({ rows }) =>
          rows.length === 0 ? (
            <Empty>None: each paragraph was found by some query, or nothing is indexed yet.</Empty>
          ) : (
            <ul class="unused">
              {rows.map((row) => (
                <li key={row.paragraph}>
                  <ParagraphText row={row} texts={texts} />
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Panel>
  );
};
