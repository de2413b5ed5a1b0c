import { plural } from '../../format/numbers';
import { At } from '../../parts/at';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { streamOf } from './deployment';
import type { DeploymentRow } from './deployment';

/** What happened to a deployment, the last of it first. */
export const TimelinePanel = ({ row }: { readonly row: DeploymentRow }) => {
  const streams = streamOf(row.deploymentId);
  const { length } = row.timeline;
  return (
    <Panel
      title="Timeline"
      note={`${plural(length, 'entry', 'entries')}, the last first`}
      actions={<a href={link('events', null, { streams })}>Every event</a>}
    >
      <div class="course" tabIndex={0} role="region" aria-label="Timeline">
        <ol>
          {[...row.timeline].reverse().map(({ at, by, type, text }, index) => (
            <li key={`${at} ${type} ${String(index)}`}>
              <At at={at} />
              <a href={link('events', null, { streams, types: type })}>{text}</a>
              <small class="muted">{by}</small>
            </li>
          ))}
        </ol>
      </div>
    </Panel>
  );
};
