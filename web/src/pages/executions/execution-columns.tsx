import type { ExecutionRow } from '../../api/rows';
import { count, decimal } from '../../format/numbers';
import { stageColumn, startedColumn, statusColumn, tookColumn } from '../../parts/course-columns';
import type { Column } from '../../parts/data-table';
import { executionColumn } from '../../parts/execution-column';
import { Money } from '../../parts/money';

/** What a list tells of each execution. */
export const executionColumns: readonly Column<ExecutionRow>[] = [
  executionColumn(),
  statusColumn,
  stageColumn,
  {
    heading: 'Revisions',
    cell: ({ revisions }) => count(revisions),
    isNumeric: true,
    isMinor: true,
  },
  { heading: 'Score', cell: ({ score }) => decimal(score), isNumeric: true, isMinor: true },
  { heading: 'Calls', cell: ({ calls }) => count(calls), isNumeric: true },
  { heading: 'Cost', cell: ({ costNanoUsd }) => <Money nanoUsd={costNanoUsd} />, isNumeric: true },
  { ...tookColumn, isMinor: true },
  startedColumn,
];
