import type { RoiExceptionRow } from '../../api/rows';
import { count } from '../../format/numbers';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { DataTable } from '../../parts/data-table';
import type { Column } from '../../parts/data-table';
import { Empty } from '../../parts/empty';
import { link } from '../../routing/route';
import { dayAfter } from '../../time/days';
import { useRows } from '../../time/use-at-moment';
import type { Doubt } from './doubt';

const shown = 12;
const freshness = after(['LlmCallRecorded', 'CallsRepriced'], 5_000);

const callsOf = (execution: string): string =>
  link('events', null, { streams: `execution-${execution}`, types: 'LlmCallRecorded' });

const columns: readonly Column<RoiExceptionRow>[] = [
  {
    heading: 'Execution',
    cell: ({ execution = '' }) => <a href={link('executions', execution)}>{execution}</a>,
    isName: true,
  },
  {
    heading: 'Such calls',
    cell: ({ execution = '', open }) => <a href={callsOf(execution)}>{count(open)}</a>,
    isNumeric: true,
  },
];

interface Properties {
  readonly doubt: Doubt;
  readonly from: string;
  readonly to: string;
}

/** The executions whose calls are in doubt, those with the most first. */
export const DoubtfulExecutions = ({ doubt, from, to }: Properties) => {
  const { kind, model, agent } = doubt;
  const answer = useRows<RoiExceptionRow>(
    'roi-exceptions',
    {
      groupBy: 'execution',
      kind,
      model,
      agent,
      from,
      to: dayAfter(to),
      sort: '-open',
      limit: shown,
    },
    freshness,
  );
  return (
    <>
      <h3>
        {kind === 'unpriced' ? 'Without a price' : 'Reported otherwise'}: {model}, {agent}
      </h3>
      <Answered answer={answer} lines={6}>
        {({ rows, next }) => {
          const open = rows.filter((row) => row.open !== '0');
          if (open.length === 0) return <Empty>None of these calls is in doubt any more.</Empty>;
          return (
            <>
              <DataTable
                caption="Executions whose calls are in doubt"
                columns={columns}
                rows={open}
                keyOf={({ execution = '' }) => execution}
              />
              {next !== null && <p class="muted">The {count(shown)} with the most of them.</p>}
            </>
          );
        }}
      </Answered>
    </>
  );
};
