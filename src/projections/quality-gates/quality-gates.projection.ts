import { z } from 'zod';
import { gateNames } from '../../events/execution.events';
import { shareOf } from '../answered';
import { day, sum, text } from '../columns';
import { dayOf } from '../days';
import { totals } from '../projection';

/** Every gate with the score: what an article needs to be published. */
const wholeGate = 'editor';

const rate = z.number().nullable();

/**
 * How articles fare at their gates. Each scoring counts once for each of the gates and once for
 * `editor`, which is passed by what may be published: so filter or group by gate. `scored` tells a small
 * sample from a large one.
 */
export const qualityGates = totals({
  name: 'quality-gates',
  version: 1,
  summary: 'How often articles pass each quality gate, by day, agent, gate and deployment',
  key: { day: day(), agent: text(), gate: text(), deployment: text() },
  measures: { scored: sum(), passed: sum(), failed: sum() },
  controls: { scored: { QualityScored: gateNames.length + 1 } },
  contributes: {
    QualityScored: ({ data, occurredAt, deploymentId: deployment }) => {
      const { agent, gates, decision } = data;
      const outcomes = [
        ...gateNames.map((gate) => [gate, gates[gate]] as const),
        [wholeGate, decision === 'publish'] as const,
      ];
      return outcomes.map(([gate, passed]) => ({
        key: { day: dayOf(occurredAt), agent: agent ?? '', gate, deployment },
        add: { scored: 1n, passed: passed ? 1n : 0n, failed: passed ? 0n : 1n },
      }));
    },
  },
  time: 'day',
  sort: 'day',
  present: (row) => ({ ...row, passRate: shareOf(row, 'passed', 'scored') }),
  presented: { passRate: rate },
});
