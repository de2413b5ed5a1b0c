import { count, duration } from './amounts';
import type { Output } from './terminal';

const redrawMilliseconds = 100;
/** Where nothing can be redrawn, as in a log of CI, a line now and then has to do. */
const lineMilliseconds = 5_000;

/** Draws the line of a terminal anew, as much as fits into it; an empty text clears it. */
export const redraw = (output: Output, text: string): void => {
  // A terminal that nobody gave a size says 0, as one of `docker exec -t` may.
  const { columns = 0 } = output;
  output.write(`\r\u001b[2K${text.slice(0, (columns > 0 ? columns : 80) - 1)}`);
};

/**
 * How far a verb is, with rate and time left: redrawn on a terminal, else a line every few seconds
 * and none at all for what is done before the first is due.
 */
export class Progress {
  private done = 0;
  private readonly started: number;
  private shownAt: number;
  private drawn = false;

  constructor(
    private readonly output: Output,
    private readonly label: string,
    private readonly unit: string,
    private readonly total: number,
    /** What of the total was done before: it says nothing of the rate. */
    private readonly before = 0,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.started = now();
    this.shownAt = this.started;
  }

  advance(by = 1): void {
    this.done += by;
    const interval = this.output.isTTY === true ? redrawMilliseconds : lineMilliseconds;
    if (this.now() - this.shownAt < interval) return;
    this.shownAt = this.now();
    this.show(this.text());
  }

  /** Leaves a terminal as if nothing had been drawn; what was achieved is for the report to say. */
  end(): void {
    if (this.drawn) redraw(this.output, '');
    this.drawn = false;
  }

  private text(): string {
    const seconds = (this.now() - this.started) / 1_000;
    const rate = this.done / seconds;
    const done = this.before + this.done;
    const share = Math.floor((100 * done) / this.total);
    // Of the first few it cannot be told how long the rest will take.
    const left = share < 1 ? '' : `  ${duration((1_000 * (this.total - done)) / rate)} left`;
    const amount = `${count(done)} of ${count(this.total)} ${this.unit}`;
    return `${this.label}  ${amount}  ${share} %  ${count(Math.round(rate))}/s${left}`;
  }

  private show(text: string): void {
    if (this.output.isTTY !== true) {
      this.output.write(`${text}\n`);
      return;
    }
    this.drawn = true;
    redraw(this.output, text);
  }
}
