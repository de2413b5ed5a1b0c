/** Somebody's place before those who come to a stream later, for as long as it is held. */
export class Turn {
  private letOn: (() => void) | null = null;

  get isHeld(): boolean {
    return this.letOn !== null;
  }

  /** `letOn` is called at its end. */
  hold(letOn: () => void): void {
    this.letOn = letOn;
  }

  /** Whoever comes behind may go on; nothing where it is not held. */
  end(): void {
    const { letOn } = this;
    this.letOn = null;
    letOn?.();
  }
}

/** Those who wait at one stream. */
interface Line {
  /** Turns that are held. */
  held: number;
  /** Resolves once all that were held so far have ended. */
  tail: Promise<void>;
}

/**
 * Who comes to a stream while somebody has something to read for it, or waits for room, waits in line:
 * commands on a stream are decided in the order they came.
 */
export class StreamLines {
  /** Of streams at which a turn is held. */
  private readonly lines = new Map<string, Line>();

  /** Resolves when those have had their turn who came to `stream` so far; undefined where nobody is there. */
  ahead(stream: string): Promise<void> | undefined {
    return this.lines.get(stream)?.tail;
  }

  /** Whoever comes to `stream` from now on waits for the end of `turn`; those that waited before do not, unless it is held. */
  hold(turn: Turn, stream: string): void {
    if (turn.isHeld) return;
    const line = this.lines.get(stream) ?? { held: 0, tail: Promise.resolve() };
    const before = line.tail;
    let letOn = (): void => undefined;
    const ended = new Promise<void>((resolve) => (letOn = resolve));
    line.held += 1;
    line.tail = before.then(() => ended);
    this.lines.set(stream, line);
    turn.hold(() => {
      line.held -= 1;
      if (line.held === 0) this.lines.delete(stream);
      letOn();
    });
  }
}
