import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { duties } from './duties';
import type { Duty } from './duties';

const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const webhookOutcomes = ['delivered', 'failed', 'dead'] as const;

/** What Prometheus reads at `/metrics`; each process has its own. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  private readonly commands = new Counter({
    name: 'flowledger_commands_total',
    help: 'Commands by name and outcome',
    labelNames: ['command', 'outcome'],
    registers: [this.registry],
  });

  private readonly commitEvents = new Histogram({
    name: 'flowledger_commit_events',
    help: 'Events written by one commit',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
    registers: [this.registry],
  });

  private readonly commitSeconds = new Histogram({
    name: 'flowledger_commit_seconds',
    help: 'Time from sending a commit to its durability',
    buckets: seconds,
    registers: [this.registry],
  });

  private readonly requests = new Histogram({
    name: 'flowledger_http_request_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers: [this.registry],
  });

  private readonly styleSeconds = new Histogram({
    name: 'flowledger_style_query_seconds',
    help: 'Time to find the answer to a style query, by whether part of the memory was away',
    labelNames: ['degraded'],
    buckets: seconds,
    registers: [this.registry],
  });

  private readonly styleResults = new Histogram({
    name: 'flowledger_style_query_results',
    help: 'Results of a style query; those of none are in bucket 0',
    buckets: [0, 1, 2, 3, 5, 10, 20, 50],
    registers: [this.registry],
  });

  private readonly webhookAttempts = new Counter({
    name: 'flowledger_webhook_attempts_total',
    help: 'Attempts to send a webhook, by endpoint and outcome; dead: the last one, given up',
    labelNames: ['endpoint', 'outcome'],
    registers: [this.registry],
  });

  private readonly alertLooks = new Counter({
    name: 'flowledger_alert_looks_total',
    help: 'Looks at all alert rules, by outcome; failed: at least one rule could not be looked at',
    labelNames: ['outcome'],
    registers: [this.registry],
  });

  private readonly dutyRounds = new Counter({
    name: 'flowledger_duty_rounds_total',
    help: 'Rounds of what goes on by itself in this process, by outcome; failed: it is tried again',
    labelNames: ['duty', 'outcome'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    for (const outcome of ['completed', 'failed']) {
      this.alertLooks.inc({ outcome }, 0);
      for (const duty of duties) this.dutyRounds.inc({ duty, outcome }, 0);
    }
  }

  /** Counts a command: `outcome` is appended, unchanged, duplicate, or the code of the refusal. */
  commanded(command: string, outcome: string): void {
    this.commands.inc({ command, outcome });
  }

  committed(events: number, durationSeconds: number): void {
    this.commitEvents.observe(events);
    this.commitSeconds.observe(durationSeconds);
  }

  answered(method: string, route: string, status: number, durationSeconds: number): void {
    this.requests.observe({ method, route, status }, durationSeconds);
  }

  styleQueried(results: number, degraded: boolean, durationSeconds: number): void {
    this.styleResults.observe(results);
    this.styleSeconds.observe({ degraded: String(degraded) }, durationSeconds);
  }

  /** Counts from 0 on, so that the first attempt is seen as well. */
  webhooksTo(endpoint: string): void {
    for (const outcome of webhookOutcomes) this.webhookAttempts.inc({ endpoint, outcome }, 0);
  }

  webhookAttempted(endpoint: string, outcome: (typeof webhookOutcomes)[number]): void {
    this.webhookAttempts.inc({ endpoint, outcome });
  }

  alertsLookedAt(outcome: 'completed' | 'failed'): void {
    this.alertLooks.inc({ outcome });
    this.dutyRounds.inc({ duty: 'alerts', outcome });
  }

  /** Does a round of a duty, and counts how it ended. @throws what `work` does */
  async round<T>(duty: Duty, work: () => Promise<T>): Promise<T> {
    try {
      const done = await work();
      this.dutyRounds.inc({ duty, outcome: 'completed' });
      return done;
    } catch (error) {
      this.dutyRounds.inc({ duty, outcome: 'failed' });
      throw error;
    }
  }

  watchQueue(length: () => number): void {
    this.gauge('flowledger_commit_queue_length', 'Appends waiting for a commit', [], (gauge) => {
      gauge.set(length());
    });
  }

  /** Counts that are kept elsewhere, by outcome. */
  watchSpans(read: () => Readonly<Record<string, number>>): void {
    new Counter({
      name: 'flowledger_trace_spans_total',
      help: 'Spans by outcome; dropped: there was no room, failed: the collector did not take them',
      labelNames: ['outcome'],
      registers: [this.registry],
      collect() {
        this.reset();
        for (const [outcome, spans] of Object.entries(read())) this.inc({ outcome }, spans);
      },
    });
  }

  /** A gauge that is read when Prometheus asks. */
  gauge(
    name: string,
    help: string,
    labelNames: string[],
    collect: (gauge: Gauge) => void | Promise<void>,
  ): void {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      async collect() {
        await collect(this);
      },
    });
  }
}
