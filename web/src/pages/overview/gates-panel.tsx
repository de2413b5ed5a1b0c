import type { ExecutionRow } from '../../api/rows';
import { count, decimal, percent } from '../../format/numbers';
import { after } from '../../live/freshness';
import { Answered } from '../../parts/answered';
import { Bar } from '../../parts/bar';
import { Empty } from '../../parts/empty';
import { Figure } from '../../parts/figure';
import { Panel } from '../../parts/panel';
import { link } from '../../routing/route';
import { useRows } from '../../time/use-at-moment';
import { gateFigures, targetRate } from './gate-figures';

const parameters = { decision: 'publish,revise,reject', limit: 200 };
const freshness = after(['QualityScored'], 10_000);

/** How many executions pass the quality gate, and by which of its gates others do not. */
export const GatesPanel = () => (
  <Panel
    title="Quality gate"
    note="the last 200 executions that were scored"
    actions={<a href={link('events', null, { types: 'QualityScored' })}>Scores</a>}
  >
    <Answered answer={useRows<ExecutionRow>('execution-status', parameters, freshness)}>
      {({ rows }) => {
        const { scored, passed, meanScore, gates } = gateFigures(rows);
        if (scored === 0) return <Empty>No execution has been scored yet.</Empty>;
        return (
          <>
            <div class="figures figures--plain">
              <Figure
                label="Pass rate"
                value={percent(passed, scored)}
                note={`of ${count(scored)}; the target is 87 %`}
                tone={passed / scored < targetRate ? 'warn' : 'good'}
                href={link('executions', null, { decision: 'publish' })}
              />
              <Figure
                label="Mean score"
                value={decimal(meanScore)}
                unit="of 10"
                href={link('events', null, { types: 'QualityScored' })}
              />
            </div>
            <ul class="gates">
              {gates.map(({ gate, held }) => (
                <li key={gate}>
                  <span>{gate}</span>
                  <Bar
                    share={held / scored}
                    tone={held / scored < targetRate ? 'warn' : 'good'}
                    mark={targetRate}
                  />
                  <span class="numeric">{percent(held, scored)}</span>
                </li>
              ))}
            </ul>
          </>
        );
      }}
    </Answered>
  </Panel>
);
