import { Injectable } from '@nestjs/common';
import type { AlertMeasure } from '../../events/alert.events';
import type { Area, Check } from '../health/check';
import { HealthRegistry } from '../health/health-registry';
import { Metrics } from '../metrics/metrics';
import { RecordedAlerts } from './recorded-alerts';
import type { OpenAlert } from './recorded-alerts';

const areaOf: Readonly<Record<AlertMeasure, Area>> = {
  'editor-gate-pass-rate': 'flow',
  'error-rate': 'flow',
  'execution-slowdown': 'flow',
  'style-query-p95': 'rag',
  'roi-multiplier': 'roi',
};

const checked = ['flow', 'rag', 'roi'] as const;

/** Critical alerts that are not over degrade their area: it serves, and somebody has to look. */
export const alertsCheck = (area: Area, open: readonly OpenAlert[]): Check => {
  const critical = open.filter(({ fired }) => {
    const { measure, severity } = fired.data.rule;
    return severity === 'critical' && areaOf[measure] === area;
  });
  if (critical.length === 0) return { status: 'healthy' };
  const told = critical.map(
    ({ alert, fired }) => `${alert} (${fired.data.deploymentId}: ${fired.data.observed.evidence})`,
  );
  return { status: 'degraded', detail: `critical alerts: ${told.join('; ')}` };
};

/** Tells health and metrics which alerts there are. */
@Injectable()
export class AlertStanding {
  constructor(alerts: RecordedAlerts, registry: HealthRegistry, metrics: Metrics) {
    for (const area of checked) {
      registry.add(area, `${area}-alerts`, async () => alertsCheck(area, await alerts.open()));
    }
    metrics.gauge(
      'flowledger_alerts_firing',
      'Alerts that are not over, by rule and severity',
      ['rule', 'severity'],
      async (gauge) => {
        const open = await alerts.open().catch(() => null);
        if (open === null) return;
        gauge.reset();
        for (const { fired } of open) {
          const { rule, severity } = fired.data.rule;
          gauge.inc({ rule, severity });
        }
      },
    );
  }
}
