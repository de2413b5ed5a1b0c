import { inTurns } from '../database/turns';

/**
 * Has work begin one after the other and go on side by side: a thread takes a core while it compiles
 * what it runs, and several at once would leave none to who is served.
 */
export class Starts {
  private readonly turn = inTurns();

  /** @param work calls `begun` when it has; what ends before is waited for no longer, either. */
  async run<T>(work: (begun: () => void) => Promise<T>): Promise<T> {
    // Within an object: a promise would be waited for to its end.
    const { outcome } = await this.turn(
      () =>
        new Promise<{ readonly outcome: Promise<T> }>((goOn) => {
          const outcome = work(() => {
            goOn({ outcome });
          });
          const ended = (): void => {
            goOn({ outcome });
          };
          outcome.then(ended, ended);
        }),
    );
    return outcome;
  }
}
