import { useState } from 'preact/hooks';
import type { ExecutionRow } from '../../api/rows';
import { count, plural } from '../../format/numbers';
import { afterCategory } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { link, route } from '../../routing/route';
import { dayAfter, isDay } from '../../time/days';
import { useRows } from '../../time/use-at-moment';
import { executionColumns } from './execution-columns';
import { ExecutionFilters } from './execution-filters';

const first = 100;
const atMost = 1_000;
const freshness = afterCategory('execution');

/** Whether an execution has the text in its id or topic, in whatever case. */
const isLike = (
  { executionId, topic }: Pick<ExecutionRow, 'executionId' | 'topic'>,
  text: string,
): boolean => `${executionId} ${topic ?? ''}`.toLowerCase().includes(text.trim().toLowerCase());

/** Executions by filters that the API applies, and by a text within those that are shown. */
export const ExecutionsList = () => {
  const [limit, setLimit] = useState(first);
  const [text, setText] = useState('');
  const { status, decision, deploymentId, from, to, sort = '-startedAt' } = route.value.query;
  const answer = useRows<ExecutionRow>(
    'execution-status',
    {
      status,
      decision,
      deploymentId,
      sort,
      limit,
      from: isDay(from) ? from : null,
      to: isDay(to) ? dayAfter(to) : null,
    },
    freshness,
  );
  return (
    <>
      <ExecutionFilters text={text} onText={setText} />
      <Panel title="Executions" note="times are UTC, costs USD">
        <Answered answer={answer} lines={12}>
          {({ rows, next }) => {
            const shown = rows.filter((row) => isLike(row, text));
            return (
              <>
                {shown.length === 0 ? (
                  <Empty>
                    {rows.length === 0
                      ? 'No execution is like this at the moment shown.'
                      : `None of the ${plural(rows.length, 'that is', 'that are')} loaded has this in its id or topic. `}
                    {text !== '' && (
                      <a href={link('executions', text.trim())}>Open the execution of this id</a>
                    )}
                  </Empty>
                ) : (
                  <DataTable
                    caption="Executions"
                    columns={executionColumns}
                    rows={shown}
                    keyOf={({ executionId }) => executionId}
                  />
                )}
                {next !== null && (
                  <p class="more">
                    <span class="muted">The first {count(rows.length)} are loaded.</span>
                    {limit < atMost ? (
                      <button
                        type="button"
                        class="button button--small"
                        onClick={() => {
                          setLimit(atMost);
                        }}
                      >
                        Load up to {count(atMost)}
                      </button>
                    ) : (
                      <span class="muted">Filter to see others.</span>
                    )}
                  </p>
                )}
              </>
            );
          }}
        </Answered>
      </Panel>
    </>
  );
};
