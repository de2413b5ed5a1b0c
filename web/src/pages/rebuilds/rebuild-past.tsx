import { none } from '../../format/numbers';
import { Answered } from '../../parts/answered';
import { At } from '../../parts/at';
import { Panel } from '../../parts/panel';
import { Status } from '../../parts/status';
import { useRow } from '../../time/use-at-moment';
import { cutoverOf } from './rebuild';
import type { RebuildRow } from './rebuild';
import { RebuildUnknown } from './rebuild-unknown';

/** What was known of a rebuild at a past moment: how far it was then is kept nowhere. */
export const RebuildPast = ({ rebuildId }: { readonly rebuildId: string }) => (
  <Answered
    answer={useRow<RebuildRow>('rebuilds', rebuildId)}
    lines={4}
    unknown={<RebuildUnknown rebuildId={rebuildId} />}
  >
    {({ row }) => (
      <Panel title="As it was" actions={<Status name={row.status} />}>
        <dl class="facts">
          <dt>Read models</dt>
          <dd>{row.projections.join(', ')}</dd>
          <dt>Cutover</dt>
          <dd>{cutoverOf(row)}</dd>
          <dt>Outcome</dt>
          <dd>{row.outcome ?? none}</dd>
          <dt>Reason</dt>
          <dd>{row.reason ?? none}</dd>
          <dt>Started</dt>
          <dd>
            <At at={row.startedAt} /> by {row.actor}
          </dd>
          <dt>Ended</dt>
          <dd>{row.endedAt === null ? none : <At at={row.endedAt} />}</dd>
        </dl>
      </Panel>
    )}
  </Answered>
);
