import { duration } from '../../format/durations';
import { spoken } from '../../format/names';
import { isoOf } from '../../format/times';
import { plural } from '../../format/numbers';
import type { LedgerEvent } from '../../live/event';
import { Empty } from '../../parts/empty';
import { toneOf } from '../../parts/tone';
import { link } from '../../routing/route';
import { timelineOf } from './timeline-model';
import type { Span, TimelineModel } from './timeline-model';

const ticks = [0, 0.25, 0.5, 0.75, 1];

type Place = (at: number) => string;

const placeIn =
  ({ from, to }: TimelineModel): Place =>
  (at) =>
    `${String((100 * (at - from)) / (to - from))}%`;

const SpanBar = ({ span, model, lane }: { span: Span; model: TimelineModel; lane: string }) => {
  const end = span.to ?? model.to;
  const share = (end - span.from) / (model.to - model.from);
  const text = `${spoken(lane)}, ${span.label}: ${spoken(span.outcome)}, ${duration(end - span.from)}`;
  return (
    <a
      class={`span span--${toneOf(span.outcome)} ${span.to === null ? 'span--open' : ''}`}
      style={{ left: placeIn(model)(span.from), width: `${String(100 * share)}%` }}
      href={link('events', span.position)}
      title={text}
      aria-label={text}
    />
  );
};

/** Below it, seconds would say the same at several ticks. */
const exactBelowMilliseconds = 10_000;

const Axis = ({ model: { from, to } }: { readonly model: TimelineModel }) => {
  const isExact = to - from < exactBelowMilliseconds;
  return (
    <div class="timeline__axis" aria-hidden="true">
      {ticks.map((share) => (
        <time key={share} style={{ left: `${String(100 * share)}%` }}>
          {isoOf(from + share * (to - from)).slice(11, isExact ? 23 : 19)}
        </time>
      ))}
    </div>
  );
};

const Calls = ({ model }: { readonly model: TimelineModel }) => {
  const agents = [...new Set(model.calls.map(({ agent }) => agent))];
  const place = placeIn(model);
  return (
    <>
      {agents.map((agent) => {
        const calls = model.calls.filter((call) => call.agent === agent);
        return (
          <li key={agent}>
            <span class="timeline__name">
              {agent} <small>{plural(calls.length, 'call')}</small>
            </span>
            <span class="timeline__track">
              {calls.map(({ at }, index) => (
                <i key={`${String(at)} ${String(index)}`} style={{ left: place(at) }} />
              ))}
            </span>
          </li>
        );
      })}
    </>
  );
};

const Scores = ({ model }: { readonly model: TimelineModel }) => {
  const place = placeIn(model);
  if (model.scores.length === 0) return null;
  return (
    <li>
      <span class="timeline__name">scores</span>
      <span class="timeline__track">
        {model.scores.map(({ at, score, decision, position }) => (
          <a
            key={position}
            class={`score score--${toneOf(decision)}`}
            style={{ left: `clamp(14px, ${place(at)}, calc(100% - 14px))` }}
            href={link('events', position)}
            title={`${String(score)} of 10: ${decision}`}
          >
            {score}
          </a>
        ))}
      </span>
    </li>
  );
};

/** The stages of an execution as bars over time, its calls and scores as marks. */
export const Timeline = ({ events }: { readonly events: readonly LedgerEvent[] }) => {
  const model = timelineOf(events);
  if (model === undefined) return <Empty>It has no events at the moment shown.</Empty>;
  return (
    <div class="timeline" role="region" aria-label="Timeline" tabIndex={0}>
      <div class="timeline__inner">
        <Axis model={model} />
        <ul>
          {model.lanes.map(({ name, spans }) => (
            <li key={name}>
              <span class="timeline__name">{spoken(name)}</span>
              <span class="timeline__track">
                {spans.map((span) => (
                  <SpanBar key={span.position} lane={name} span={span} model={model} />
                ))}
              </span>
            </li>
          ))}
          <Scores model={model} />
          <Calls model={model} />
        </ul>
      </div>
    </div>
  );
};
