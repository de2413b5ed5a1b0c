import { duration } from '../format/durations';
import { spoken } from '../format/names';
import { none } from '../format/numbers';
import { At } from './at';
import type { Column } from './data-table';
import { Status } from './status';

/** Something that was begun, has a status, and ends. */
interface Course {
  readonly status: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

export const statusColumn: Column<Pick<Course, 'status'>> = {
  heading: 'Status',
  cell: ({ status }) => <Status name={status} />,
};

export const stageColumn: Column<{ readonly stage: string | null }> = {
  heading: 'Stage',
  cell: ({ stage }) => (stage === null ? none : spoken(stage)),
  isMinor: true,
};

export const tookColumn: Column<Pick<Course, 'startedAt' | 'endedAt'>> = {
  heading: 'Took',
  cell: ({ startedAt, endedAt }) =>
    endedAt === null ? none : duration(Date.parse(endedAt) - Date.parse(startedAt)),
  isNumeric: true,
};

export const startedColumn: Column<Pick<Course, 'startedAt'>> = {
  heading: 'Started (UTC)',
  cell: ({ startedAt }) => <At at={startedAt} isZoned />,
  isNumeric: true,
  isMinor: true,
};
