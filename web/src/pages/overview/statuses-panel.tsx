import { spoken } from '../../format/names';
import { count, plural } from '../../format/numbers';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Figure } from '../../parts/figure';
import { Panel } from '../../parts/panel';
import { toneOf } from '../../parts/tone';
import { link } from '../../routing/route';
import { useAsOf } from '../../time/use-at-moment';
import { statuses } from '../executions/statuses';
import { endTypes } from './outcomes';

interface RowCounts {
  readonly total: number;
  /** By status; one that no execution has is not named. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What changes a status: all else, model calls above all, leaves the counts as they are. */
const freshness = after([
  'ExecutionQueued',
  'ExecutionStarted',
  'ExecutionWaitStarted',
  'ExecutionPaused',
  'ExecutionResumed',
  ...endTypes,
]);

/** How many executions have each status, of all there are. */
export const StatusesPanel = () => {
  const answer = useAsOf<RowCounts>('/v1/counts/execution-status', { by: 'status' }, freshness);
  const { total } = answer.data ?? {};
  return (
    <Panel
      title="Executions by status"
      {...(total === undefined ? {} : { note: `${plural(total, 'execution')} in all` })}
      actions={<a href={link('executions')}>All of them</a>}
    >
      <Answered answer={answer} lines={2}>
        {({ counts }) => (
          <ul class="figures figures--plain figures--narrow">
            {statuses.map((status) => (
              <li key={status}>
                <Figure
                  label={spoken(status)}
                  value={count(counts[status] ?? 0)}
                  tone={counts[status] === undefined ? 'plain' : toneOf(status)}
                  href={link('executions', null, { status })}
                />
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </Panel>
  );
};
