import { count, plural } from '../../format/numbers';
import { Empty } from '../../parts/empty';
import { Panel } from '../../parts/panel';
import { isAssessed, isOver, isUndecided } from './deployment';
import type { DeploymentRow, Lack } from './deployment';

const kinds: readonly (readonly [kind: Lack['kind'], title: string])[] = [
  ['gate', 'Gates'],
  ['sign-off', 'Sign-offs'],
  ['checklist-item', 'Checklist'],
];

/** What comes next, for which something may be missing. */
const nextOf = (row: DeploymentRow): string => {
  if (isUndecided(row)) return 'the GO';
  if (row.traffic === 100) return 'completion';
  return row.traffic === 50 ? '100 % of the traffic' : '50 % of the traffic';
};

const emptyText = (row: DeploymentRow): string => {
  if (!isAssessed(row)) return 'It was not assessed yet; the next event says what it lacks.';
  if (row.status === 'live') return 'It is live.';
  if (row.status === 'go') return 'It has its GO and can be staged.';
  return isOver(row) ? 'It has ended.' : `Nothing: ${nextOf(row)} can be given.`;
};

/** Everything that the next step still lacks. */
export const MissingPanel = ({ row }: { readonly row: DeploymentRow }) => {
  const { missing, overrideRequest } = row;
  return (
    <Panel
      title={isOver(row) || row.status === 'live' ? 'Next step' : `What ${nextOf(row)} lacks`}
      {...(missing.length === 0 ? {} : { note: plural(missing.length, 'thing') })}
    >
      {overrideRequest !== null && (
        <p class="note note--warn">
          {overrideRequest.by} asks to go without: {overrideRequest.reason}. Another operator has to
          confirm it.
        </p>
      )}
      {missing.length === 0 && <Empty>{emptyText(row)}</Empty>}
      {kinds.map(([kind, title]) => {
        const lacks = missing.filter((lack) => lack.kind === kind);
        if (lacks.length === 0) return null;
        return (
          <div key={kind} class="lacks">
            <h3>
              {title} ({count(lacks.length)})
            </h3>
            <ul>
              {lacks.map(({ name, why }) => (
                <li key={name}>
                  <strong>{name}</strong> {why}
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </Panel>
  );
};
