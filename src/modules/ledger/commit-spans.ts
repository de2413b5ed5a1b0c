import { SpanKind } from '@opentelemetry/api';
import { errorType } from '../telemetry/error-type';
import type { Tracing } from '../telemetry/tracing';
import type { Append } from './append';
import type { Judgement } from './judge';

/** Ends the span of a commit: with what was committed, or null where nothing was, and why. */
export type EndCommit = (judgement: Judgement | null, error?: unknown) => void;

/**
 * The spans of commits. One gathers the appends of many commands: it is below the first that is traced
 * and linked to the others, and each of those leads to it.
 */
export class CommitSpans {
  constructor(private readonly tracing: Tracing) {}

  /** Undefined where no append is of a traced command. */
  begin(appends: readonly Append[]): EndCommit | undefined {
    const commands = appends.flatMap(({ span }) => (span === undefined ? [] : [span]));
    if (commands.length === 0) return undefined;
    const contexts = commands.map(({ context }) => context);
    const commit = this.tracing.beginFor('commit', contexts, {
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'postgresql',
        'db.collection.name': 'ledger.events',
        'flowledger.commit.appends': appends.length,
      },
    });
    if (commit === undefined) return undefined;
    for (const command of commands.slice(1)) command.link(commit.context);
    return (judgement, error) => {
      if (judgement !== null) {
        commit.note({
          'flowledger.commit.events': judgement.events.length,
          'flowledger.position': Number(judgement.head.position),
        });
      } else if (error !== undefined) commit.fail(errorType(error));
      else commit.note({ 'flowledger.commit.moved': true }); // and written once more
      commit.end();
    };
  }
}
