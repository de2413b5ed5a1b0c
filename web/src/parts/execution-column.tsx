import { link } from '../routing/route';
import type { Column } from './data-table';
import { Named } from './named';

interface Execution {
  readonly executionId: string;
  readonly topic: string | null;
}

/** The column that names executions, under a heading of its own. */
export const executionColumn = (heading = 'Execution'): Column<Execution> => ({
  heading,
  isName: true,
  cell: ({ executionId, topic }) => (
    <Named href={link('executions', executionId)} name={executionId} note={topic ?? 'no topic'} />
  ),
});
