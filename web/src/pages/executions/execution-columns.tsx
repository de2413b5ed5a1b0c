import type { ExecutionRow } from '../../api/rows';
import { duration } from '../../format/durations';
import { spoken } from '../../format/names';
import { count, decimal } from '../../format/numbers';
import { At } from '../../parts/at';
import type { Column } from '../../parts/data-table';
import { Money } from '../../parts/money';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';

const took = ({ startedAt, endedAt }: ExecutionRow): string =>
  endedAt === null ? '–' : duration(Date.parse(endedAt) - Date.parse(startedAt));

/** What a list tells of each execution. */
export const executionColumns: readonly Column<ExecutionRow>[] = [
  {
    heading: 'Execution',
    isName: true,
    cell: ({ executionId, topic }) => (
      <span class="named">
        <a href={link('executions', executionId)}>{executionId}</a>
        <small>{topic ?? 'no topic'}</small>
      </span>
    ),
  },
  { heading: 'Status', cell: ({ status }) => <Status name={status} /> },
  {
    heading: 'Stage',
    cell: ({ stage }) => (stage === null ? '–' : spoken(stage)),
    isMinor: true,
  },
  {
    heading: 'Revisions',
    cell: ({ revisions }) => count(revisions),
    isNumeric: true,
    isMinor: true,
  },
  { heading: 'Score', cell: ({ score }) => decimal(score), isNumeric: true, isMinor: true },
  { heading: 'Calls', cell: ({ calls }) => count(calls), isNumeric: true },
  { heading: 'Cost', cell: ({ costNanoUsd }) => <Money nanoUsd={costNanoUsd} />, isNumeric: true },
  { heading: 'Took', cell: took, isNumeric: true, isMinor: true },
  {
    heading: 'Started',
    cell: ({ startedAt }) => <At at={startedAt} isZoned />,
    isNumeric: true,
    isMinor: true,
  },
];
