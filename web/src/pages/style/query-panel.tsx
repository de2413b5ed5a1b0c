import { useState } from 'preact/hooks';
import type { StyleAnswer } from '../../api/contract';
import { jsonOf } from '../../api/json-of';
import { ask } from '../../api/request';
import { useAttempt } from '../../api/use-attempt';
import { Panel } from '../../parts/panel';
import { ProblemNote } from '../../parts/problem-note';
import { QueryAnswer } from './query-answer';

const resultsAsked = 5;

interface Question {
  readonly text: string;
  readonly minScore: number;
}

const query = async ({ text, minScore }: Question): Promise<StyleAnswer> => {
  const body = { text, minScore, nResults: resultsAsked };
  const response = await ask('/v1/style-memory/query', { method: 'POST', body });
  return jsonOf<StyleAnswer>(response);
};

/** Asks the style memory as an agent would; the question is recorded as a fact, like theirs. */
export const QueryPanel = () => {
  const [text, setText] = useState('');
  const [minScore, setMinScore] = useState(0.7);
  const [answer, setAnswer] = useState<StyleAnswer & { readonly asked: Question }>();
  const { problem, isUnderWay, attempt } = useAttempt();
  const submit = async (): Promise<void> => {
    const asked = { text: text.trim(), minScore };
    setAnswer({ ...(await query(asked)), asked });
  };
  return (
    <Panel title="Try a query" note="it is recorded as a fact, without an execution">
      <form
        class="filters"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') void attempt(submit);
        }}
      >
        <label class="field query-text">
          <span>Text</span>
          <input
            value={text}
            maxLength={2_000}
            placeholder="Words, a sentence, a question"
            onInput={(event) => {
              setText(event.currentTarget.value);
            }}
          />
        </label>
        <label class="choice">
          <span>Threshold: {minScore.toFixed(2)}</span>
          <input
            type="range"
            min="0"
            max="1"
            step="0.05"
            value={minScore}
            onInput={(event) => {
              setMinScore(Number(event.currentTarget.value));
            }}
          />
        </label>
        <button type="submit" class="button button--primary" aria-disabled={isUnderWay}>
          Ask
        </button>
      </form>
      {problem !== undefined && <ProblemNote problem={problem} />}
      <div aria-live="polite">
        {answer !== undefined && <QueryAnswer answer={answer} minScore={answer.asked.minScore} />}
      </div>
    </Panel>
  );
};
