import type { StyleAnswer } from '../../api/contract';
import { duration } from '../../format/durations';
import { count, none, plural } from '../../format/numbers';
import { Bar } from '../../parts/bar';
import { Empty } from '../../parts/empty';
import { link } from '../../routing/route';

type FoundParagraph = StyleAnswer['results'][number];

const Score = ({ label, score, mark }: { label: string; score: number | null; mark?: number }) => (
  <li>
    <span>{label}</span>
    <Bar
      share={score ?? 0}
      tone={mark === undefined ? 'plain' : (score ?? 0) >= mark ? 'good' : 'warn'}
      {...(mark === undefined ? {} : { mark })}
    />
    <span class="numeric">{score === null ? none : score.toFixed(2)}</span>
  </li>
);

const Found = ({ found, minScore }: { found: FoundParagraph; minScore: number }) => (
  <li class="found">
    <div>
      <p>{found.text}</p>
      <p class="muted">
        {found.source}, paragraph {count(found.paragraph)}
      </p>
    </div>
    <ul class="scores">
      <Score label="Score" score={found.score} mark={minScore} />
      <Score label="Words" score={found.arms.lexical} />
      <Score label="Meaning" score={found.arms.semantic} />
    </ul>
  </li>
);

interface Properties {
  readonly answer: StyleAnswer;
  readonly minScore: number;
}

/** What was found, with the score of each arm, and what just missed the threshold. */
export const QueryAnswer = ({ answer, minScore }: Properties) => (
  <div class="stack">
    <p class="muted">
      {plural(answer.results.length, 'result')} in {duration(answer.latencyMs)}
      {answer.degraded && ' · by words alone: the semantic arm is away'} ·{' '}
      <a href={link('events', answer.position)}>as recorded</a>
    </p>
    {answer.results.length === 0 ? (
      <Empty>{answer.note ?? `Nothing reaches ${minScore.toFixed(2)}.`}</Empty>
    ) : (
      <ol class="founds" aria-label="Results">
        {answer.results.map((found) => (
          <Found key={found.paragraphId} found={found} minScore={minScore} />
        ))}
      </ol>
    )}
    {answer.nearMisses.length > 0 && (
      <>
        <h3>Near misses, below {minScore.toFixed(2)}</h3>
        <ol class="founds" aria-label="Near misses">
          {answer.nearMisses.map((found) => (
            <Found key={found.paragraphId} found={found} minScore={minScore} />
          ))}
        </ol>
      </>
    )}
  </div>
);
