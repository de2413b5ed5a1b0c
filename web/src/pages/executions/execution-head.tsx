import type { ExecutionRow } from '../../api/rows';
import { duration } from '../../format/durations';
import { spoken } from '../../format/names';
import { count, decimal, exactUsd, plural, usd } from '../../format/numbers';
import { At } from '../../parts/at';
import { Figure } from '../../parts/figure';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { momentTime } from '../../time/moment';
import { timeTaken } from './time-taken';

/** Whoever publishes says where, in any words. */
const isWebAddress = (text: string): boolean => /^https?:\/\//i.test(text);

const Lineage = ({ row }: { readonly row: ExecutionRow }) => (
  <p class="lineage">
    <Status name={row.status} />
    <span>{row.topic ?? 'no topic'}</span>
    {row.reason !== null && <span class="muted">{row.reason}</span>}
    {row.forkedFrom !== null && (
      <a href={link('executions', row.forkedFrom)}>forked from {row.forkedFrom}</a>
    )}
    <a href={link('executions', null, { deploymentId: row.deploymentId })}>
      deployment {row.deploymentId}
    </a>
    {row.url !== null && isWebAddress(row.url) && (
      <a href={row.url} rel="noreferrer">
        the article
      </a>
    )}
    {row.url !== null && !isWebAddress(row.url) && <span>the article: {row.url}</span>}
  </p>
);

/** Where an execution stands. */
export const ExecutionHead = ({ row }: { readonly row: ExecutionRow }) => {
  const events = (types: string): string =>
    link('events', null, { streams: `execution-${row.executionId}`, types });
  return (
    <>
      <Lineage row={row} />
      <div class="figures">
        <Figure label="Flow" value={row.flow} note={row.stage === null ? '' : spoken(row.stage)} />
        <Figure
          label={row.endedAt === null ? 'Under way for' : 'Took'}
          value={duration(timeTaken(row, momentTime.value))}
          note={
            <>
              from <At at={row.startedAt} />
            </>
          }
        />
        <Figure
          label="Score"
          value={decimal(row.score)}
          unit="of 10"
          note={row.decision ?? 'not scored yet'}
          href={events('QualityScored')}
        />
        <Figure label="Revisions" value={count(row.revisions)} href={events('QualityScored')} />
        <Figure
          label="Calls"
          value={count(row.calls)}
          note={row.unpricedCalls === 0 ? 'all priced' : `${count(row.unpricedCalls)} unpriced`}
          tone={row.unpricedCalls === 0 ? 'plain' : 'warn'}
          href={events('LlmCallRecorded')}
        />
        <Figure
          label="Cost"
          value={usd(row.costUsd)}
          unit="USD"
          title={exactUsd(row.costNanoUsd)}
          note={`${plural(row.inputTokens, 'token')} in, ${count(row.outputTokens)} out`}
          href={events('LlmCallRecorded')}
        />
      </div>
    </>
  );
};
