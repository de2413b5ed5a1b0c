/** How long those wait who come to a stream after somebody. */
export interface Turn {
  end: () => void;
}

/**
 * Who comes to a stream while somebody has something to read for it waits in line: commands on a stream are
 * decided in the order they came.
 */
export class StreamLines {
  /** By stream that somebody waits on, the turn of the last in line. */
  private readonly last = new Map<string, Promise<void>>();

  /** Resolves when those have had their turn who came to `stream` so far; undefined where nobody is there. */
  ahead(stream: string): Promise<void> | undefined {
    return this.last.get(stream);
  }

  /** Whoever comes to `stream` from now on waits for the end of this turn. */
  join(stream: string): Turn {
    let letOn = (): void => undefined;
    const turn = new Promise<void>((resolve) => (letOn = resolve));
    this.last.set(stream, turn);
    return {
      end: () => {
        if (this.last.get(stream) === turn) this.last.delete(stream);
        letOn();
      },
    };
  }

  /** Whoever comes to `stream` from now on waits for the end of `turn`, too. */
  prolong(turn: Turn, stream: string): void {
    const { end } = turn;
    const more = this.join(stream);
    turn.end = () => {
      end();
      more.end();
    };
  }
}

/** The turn of who has nothing to read, and so holds up nobody. */
export const noTurn = (): Turn => ({ end: () => undefined });
