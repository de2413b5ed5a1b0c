import type { StyleUsageRow } from '../../api/rows';
import { count } from '../../format/numbers';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Choice } from '../../parts/choice';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { route, setQuery } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';
import { ParagraphText } from './paragraph-text';
import type { ParagraphRow } from './paragraph-text';
import { useTexts } from './use-texts';

const orders = [
  ['-results', 'most used'],
  ['-published', 'most published'],
  ['-revised', 'most revised'],
  ['-failed', 'most failed'],
  ['-nearMisses', 'most near misses'],
] as const;

const shown = 12;
const freshness = after(['StyleMemoryQueried', 'StyleOutcomeRecorded', 'ParagraphRated'], 2_000);

const columnsOf = (texts: readonly ParagraphRow[]): Column<StyleUsageRow>[] => [
  {
    heading: 'Paragraph',
    isName: true,
    cell: (row) => <ParagraphText row={row} texts={texts} />,
  },
  { heading: 'Found', cell: ({ results }) => count(results), isNumeric: true },
  {
    heading: 'Near misses',
    cell: ({ nearMisses }) => count(nearMisses),
    isNumeric: true,
    isMinor: true,
  },
  { heading: 'Published', cell: ({ published }) => count(published), isNumeric: true },
  { heading: 'Revised', cell: ({ revised }) => count(revised), isNumeric: true, isMinor: true },
  { heading: 'Failed', cell: ({ failed }) => count(failed), isNumeric: true, isMinor: true },
];

/** Which paragraphs are found, and what became of the work they served. */
export const UsedPanel = () => {
  const order = route.value.query['order'] ?? '-results';
  const answer = useRows<StyleUsageRow>(
    'style-usage',
    { groupBy: 'source,paragraph', sort: order, limit: shown },
    freshness,
  );
  const used = answer.data?.rows.filter(
    ({ paragraph, results, nearMisses }) =>
      (paragraph ?? '') !== '' && Number(results) + Number(nearMisses) > 0,
  );
  const texts = useTexts(used);
  return (
    <Panel
      title="Paragraphs in use"
      note="times found, and executions served by outcome"
      actions={
        <Choice
          label="Order"
          value={order}
          options={orders}
          onChoose={(value) => {
            setQuery({ order: value });
          }}
        />
      }
    >
      <Answered answer={answer} lines={8}>
        {() =>
          used === undefined || used.length === 0 ? (
            <Empty>
              No paragraph has been found by a query yet. Services ask by POST
              /v1/style-memory/query, once articles are indexed by index-article.
            </Empty>
          ) : (
            <DataTable
              caption="Paragraphs in use"
              columns={columnsOf(texts)}
              rows={used}
              keyOf={({ paragraph }) => paragraph ?? ''}
            />
          )
        }
      </Answered>
    </Panel>
  );
};
