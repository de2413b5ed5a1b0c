import type { LedgerEvent } from '../../live/event';

/** A stretch of time in a lane; null for an end that has not come. */
export interface Span {
  readonly from: number;
  readonly to: number | null;
  readonly outcome: string;
  readonly label: string;
  /** Of the event that began it. */
  readonly position: string;
}

interface Lane {
  readonly name: string;
  readonly spans: readonly Span[];
}

interface Call {
  readonly at: number;
  readonly agent: string;
}

interface Score {
  readonly at: number;
  readonly score: number;
  readonly decision: string;
  readonly position: string;
}

export interface TimelineModel {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
  readonly calls: readonly Call[];
  readonly scores: readonly Score[];
}

const turns: Readonly<Record<string, string>> = {
  ExecutionQueued: 'queued',
  ExecutionStarted: 'running',
  ExecutionWaitStarted: 'waiting',
  ExecutionPaused: 'paused',
  ExecutionResumed: 'running',
};

const ends: Readonly<Record<string, string>> = {
  ExecutionCompleted: 'completed',
  ExecutionFailed: 'failed',
  ExecutionCancelled: 'cancelled',
  ExecutionTerminated: 'terminated',
  ExecutionTimedOut: 'timed_out',
};

const executionLane = 'execution';

/** Spans under way by lane; closing one replaces it. */
class Lanes {
  private readonly spans = new Map<string, Span[]>();

  begin(name: string, span: Span): void {
    this.end(name, span.from);
    this.spans.set(name, [...(this.spans.get(name) ?? []), span]);
  }

  end(name: string, at: number, outcome?: string): void {
    const spans = this.spans.get(name) ?? [];
    const last = spans.at(-1);
    if (last?.to !== null) return;
    const closed = { ...last, to: at, outcome: outcome ?? last.outcome };
    this.spans.set(name, [...spans.slice(0, -1), closed]);
  }

  /** The stages that still run have neither completed nor failed. */
  endAll(at: number): void {
    this.end(executionLane, at);
    for (const name of this.spans.keys()) this.end(name, at, 'stopped');
  }

  toList(): Lane[] {
    return [...this.spans].map(([name, spans]) => ({ name, spans }));
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const take = (lanes: Lanes, event: LedgerEvent, at: number): void => {
  const { type, data, position } = event;
  const stage = textOf(data['stage']);
  const turn = turns[type];
  const end = ends[type];
  if (turn !== undefined) {
    lanes.begin(executionLane, { from: at, to: null, outcome: turn, label: turn, position });
  } else if (end !== undefined) {
    lanes.endAll(at);
  } else if (type === 'StageStarted') {
    const label = `attempt ${String(data['attempt'])}`;
    lanes.begin(stage, { from: at, to: null, outcome: 'running', label, position });
  } else if (type === 'StageCompleted') {
    lanes.end(stage, at, 'completed');
  } else if (type === 'StageFailed') {
    lanes.end(stage, at, 'failed');
  }
};

/** How an execution went, from its events in their order; undefined where there are none. */
export const timelineOf = (events: readonly LedgerEvent[]): TimelineModel | undefined => {
  const instants = events.map(({ occurredAt }) => Date.parse(occurredAt));
  if (instants.length === 0) return undefined;
  const lanes = new Lanes();
  const calls: Call[] = [];
  const scores: Score[] = [];
  events.forEach((event, index) => {
    const at = instants[index] ?? 0;
    const { type, data, position } = event;
    take(lanes, event, at);
    if (type === 'LlmCallRecorded') calls.push({ at, agent: textOf(data['agent']) });
    if (type === 'QualityScored') {
      const decision = textOf(data['decision']);
      scores.push({ at, score: Number(data['score']), decision, position });
    }
  });
  const from = Math.min(...instants);
  const to = Math.max(from + 1, ...instants);
  return { from, to, lanes: lanes.toList(), calls, scores };
};
