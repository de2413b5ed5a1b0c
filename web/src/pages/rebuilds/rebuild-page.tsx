import { useMemo } from 'preact/hooks';
import { useAnswer } from '../../api/use-answer';
import { useLooks } from '../../api/use-looks';
import { afterStream } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { asOf, link } from '../../routing/route';
import { DiffPanel } from './diff-panel';
import { ProgressPanel } from './progress-panel';
import { comparedOf, isOfPart } from './rebuild';
import type { RebuildProgress } from './rebuild';
import { RebuildActions } from './rebuild-actions';
import { RebuildPast } from './rebuild-past';
import { RebuildUnknown } from './rebuild-unknown';
import { VerifyPanel } from './verify-panel';

/** How far it is between two events is in none of them. */
const lookEvery = 1_000;

const RebuildNow = ({ rebuildId }: { readonly rebuildId: string }) => {
  const stream = `rebuild-${rebuildId}`;
  const freshness = useMemo(() => afterStream(stream, 200), [stream]);
  const path = `/v1/rebuilds/${encodeURIComponent(rebuildId)}`;
  const progress = useAnswer<RebuildProgress>(path, freshness);
  useLooks(progress.data?.state === 'running', lookEvery, progress.refresh);
  // One read model is compared after the other: the first diff is not yet that of all.
  const compared = comparedOf(progress.data?.projections ?? []);
  return (
    <Answered answer={progress} lines={6} unknown={<RebuildUnknown rebuildId={rebuildId} />}>
      {(now) => (
        <>
          <p>
            <a href={link('events', null, { streams: stream })}>Its events</a>
          </p>
          <ProgressPanel progress={now} />
          <RebuildActions progress={now} />
          <VerifyPanel parts={now.projections} />
          {isOfPart(now) && (
            <p class="muted">
              It was built from a part of the ledger, and is compared with all of it up to the same
              position.
            </p>
          )}
          {(compared !== null || isOfPart(now)) && (
            <DiffPanel key={compared} path={`${path}/diff`} />
          )}
        </>
      )}
    </Answered>
  );
};

/** One rebuild: how far it is, how it differs, and what an operator may do about it. */
export const RebuildPage = ({ rebuildId }: { readonly rebuildId: string }) =>
  asOf.value === null ? (
    <RebuildNow rebuildId={rebuildId} />
  ) : (
    <RebuildPast rebuildId={rebuildId} />
  );
