import type { TopicState } from '../kafka/topic-watch';
import type { Standing } from '../projector/standing';
import type { RelayStanding } from '../relay/relay-status';
import type { ClockStanding } from './ledger-clock';

/** Degraded still serves, unhealthy does not. */
export type Status = 'healthy' | 'degraded' | 'unhealthy';

export interface Check {
  readonly status: Status;
  /** What a person should know; absent while all is well. */
  readonly detail?: string;
}

export interface Health {
  readonly status: Status;
  readonly checks: Readonly<Record<string, Check>>;
}

/** Parts of the pipeline: its flows, its style memory (`rag`), and what it costs and saves (`roi`). */
export const areas = ['flow', 'rag', 'roi'] as const;
export type Area = (typeof areas)[number];

/** The health of everything, with that of each area this server has. */
export interface OverallHealth extends Health {
  readonly areas: Readonly<Partial<Record<Area, Status>>>;
}

const areaPrefixes: Readonly<Record<Area, readonly string[]>> = {
  flow: ['execution-', 'quality-'],
  rag: ['style-'],
  roi: ['roi-', 'price-'],
};

/** Whether a read model belongs to an area, which its name says. */
export const isOfArea = (area: Area, projection: string): boolean =>
  areaPrefixes[area].some((prefix) => projection.startsWith(prefix));

/** Being this many seconds behind is worth telling. */
const longLagSeconds = 30;

/** Clocks of machines differ by less. */
const longAheadSeconds = 5;

const severity: readonly Status[] = ['healthy', 'degraded', 'unhealthy'];

/** As bad as the worst of them. */
export const worst = (checks: readonly Check[]): Status =>
  severity[Math.max(...checks.map(({ status }) => severity.indexOf(status)))] ?? 'healthy';

const behind = (position: string, events: number, seconds: number): string =>
  `at ${position}, ${String(events)} events, ${String(Math.round(seconds))} s behind`;

export const projectionCheck = (standing: Standing): Check => {
  const { parkedStreams, parkedEvents, fault, lagSeconds, lagEvents, position } = standing;
  if (fault !== null) {
    const streams = `${String(parkedStreams)} ${parkedStreams === 1 ? 'stream is' : 'streams are'} parked`;
    const first = `the first at event ${fault.position} (${fault.type} of ${fault.stream})`;
    const events = `${String(parkedEvents)} ${parkedEvents === 1 ? 'event' : 'events'}`;
    const detail = `${streams}, ${events}, ${first}: ${fault.cause}`;
    return { status: 'degraded', detail };
  }
  if (lagSeconds < longLagSeconds) return { status: 'healthy' };
  return { status: 'degraded', detail: behind(position, lagEvents, lagSeconds) };
};

/** A relay that is hindered loses nothing: what it cannot publish waits in the ledger. */
export const relayCheck = (standing: RelayStanding): Check => {
  const { state, fault, position, lagEvents, lagSeconds } = standing;
  const lag = behind(position, lagEvents, lagSeconds);
  if (state === 'hindered') return { status: 'degraded', detail: `${lag}: ${fault ?? 'unknown'}` };
  if (lagSeconds < longLagSeconds) return { status: 'healthy' };
  const nobody = state === 'vacant' ? ': no process is the relay' : '';
  return { status: 'degraded', detail: lag + nobody };
};

/** Where the ledger is ahead of the clock, lags and silences are told as shorter than they are. */
export const clockCheck = ({ aheadSeconds, recordedAt }: ClockStanding): Check => {
  if (aheadSeconds < longAheadSeconds) return { status: 'healthy' };
  const ahead = `the last event was recorded ${String(Math.round(aheadSeconds))} s ahead of the database's clock`;
  const meanwhile = `until ${recordedAt} every event is recorded at that time, no lag is seen, and nothing times out`;
  return {
    status: 'degraded',
    detail: `${ahead}: ${meanwhile}; see to the clocks of servers and database`,
  };
};

/** Of the topic where this process has looked at it. */
export const topicCheck = (state: TopicState): Record<string, Check> => {
  if (state.kind === 'unknown') return {};
  if (state.kind === 'usable') return { kafka: { status: 'healthy' } };
  return { kafka: { status: 'degraded', detail: state.detail } };
};
