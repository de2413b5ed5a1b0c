import { line } from './calls';

const calls = 4;
const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };
const steps = { research: 'research_agent', write: 'writer_agent', graphics: 'graphics_agent' };

const stageLines = (executionId: string, stage: string, within: readonly string[]): string[] => [
  line('start-stage', { executionId, stage }),
  ...within,
  line('complete-stage', { executionId, stage }),
];

const callLines = (executionId: string, agent: string): string[] =>
  Array.from({ length: calls }, (_, index) =>
    line('record-llm-call', {
      executionId,
      agent,
      model: index % 2 === 0 ? 'gpt-4o' : 'claude-sonnet-4',
      inputTokens: 1_000 + 7 * index,
      outputTokens: 500,
      durationSeconds: 2.5 + index,
    }),
  );

/** The lines that take an execution of the default flow from its start to its end. */
export const wholeExecution = (executionId: string): string[] => [
  line('start-execution', { executionId, topic: 'Ledgers' }),
  ...stageLines(executionId, 'discover_topics', callLines(executionId, 'research_agent')),
  ...stageLines(executionId, 'editorial_review', []),
  ...stageLines(
    executionId,
    'generate_content',
    Object.entries(steps).flatMap(([step, agent]) =>
      stageLines(executionId, step, callLines(executionId, agent)),
    ),
  ),
  ...stageLines(executionId, 'quality_gate', []),
  line('score-quality', { executionId, score: 9, gates }),
  line('publish-article', { executionId, url: 'https://example.com/ledgers' }),
  line('complete-execution', { executionId }),
];
