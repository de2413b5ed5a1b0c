import { duration } from '../../format/durations';
import { count, nounOf } from '../../format/numbers';
import { spoken } from '../../format/names';
import { firstOf } from '../../format/times';
import { At } from '../../parts/at';
import { DeploymentLink } from '../../parts/deployment-link';
import { Figure } from '../../parts/figure';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { minute } from '../../time/clock';
import { inUnits, measureOf, streamOf, toneOfSeverity } from './alert';
import type { AlertRow } from './alert';

/** The events that were counted: as far as the read model was that was asked. */
const counted = ({ measure, deploymentId, since, readPosition }: AlertRow): string =>
  link('events', null, {
    types: measureOf(measure).types.join(','),
    deployments: deploymentId,
    ...(since === null ? {} : { since: firstOf(since) }),
    asOf: readPosition,
  });

const minuteMilliseconds = 60_000;

/** For how long; of one that goes on, to the minute. */
const lastedOf = ({ firedAt, resolvedAt }: AlertRow): string => {
  const fired = Date.parse(firedAt);
  if (resolvedAt !== null) return duration(Date.parse(resolvedAt) - fired);
  const minutes = Math.floor((minute.value - fired) / minuteMilliseconds);
  return minutes < 1 ? 'under 1 m' : duration(minutes * minuteMilliseconds);
};

const Lineage = ({ row }: { readonly row: AlertRow }) => (
  <p class="lineage">
    <Status name={row.status} />
    <Status name={row.severity} tone={toneOfSeverity(row.severity)} />
    <span>
      rule <a href={link('alerts', null, { rule: row.rule })}>{spoken(row.rule)}</a>
    </span>
    <span>
      deployment <DeploymentLink deploymentId={row.deploymentId} />
    </span>
    <a href={link('events', null, { streams: streamOf(row.alert) })}>its events</a>
  </p>
);

/** Who saw to it, and how it ended. */
const Words = ({ row }: { readonly row: AlertRow }) => (
  <dl class="facts">
    <dt>Evidence</dt>
    <dd>{row.evidence}</dd>
    <dt>Alerted from</dt>
    <dd>
      <At at={row.pendingSince} />, and fired at <At at={row.firedAt} />
    </dd>
    <dt>Seen to</dt>
    <dd>
      {row.acknowledgedAt === null ? (
        'by nobody yet'
      ) : (
        <>
          by {row.acknowledgedBy} at <At at={row.acknowledgedAt} />: {row.comment}
        </>
      )}
    </dd>
    {row.resolvedAt !== null && (
      <>
        <dt>Over</dt>
        <dd>
          {spoken((row.resolvedBecause ?? '').replaceAll('-', '_'))} at <At at={row.resolvedAt} />
          {row.resolvedValue !== null && `, at ${inUnits(row.measure, row.resolvedValue)}`}
        </dd>
      </>
    )}
  </dl>
);

/** What was measured against what, and where it stands. */
export const AlertHead = ({ row }: { readonly row: AlertRow }) => {
  const { title, samples } = measureOf(row.measure);
  return (
    <>
      <Lineage row={row} />
      <div class="figures">
        <Figure
          label={title}
          value={inUnits(row.measure, row.value)}
          note={`alerts ${row.comparison} ${inUnits(row.measure, row.threshold)}`}
          tone={toneOfSeverity(row.severity)}
          href={counted(row)}
        />
        <Figure
          label="Is well at"
          value={inUnits(row.measure, row.clearThreshold)}
          note="between the two it goes on"
        />
        <Figure
          label="Rests on"
          value={count(row.samples)}
          unit={nounOf(row.samples, ...samples)}
          note={row.since === null ? 'all of the deployment' : `from ${row.since} UTC on`}
          href={counted(row)}
        />
        <Figure
          label={row.resolvedAt === null ? 'Fires for' : 'Fired for'}
          value={lastedOf(row)}
          note={<At at={row.firedAt} />}
        />
      </div>
      <Words row={row} />
    </>
  );
};
