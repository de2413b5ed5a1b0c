/** What a measurement works in: how long it may be, where it may write, and who clears up after it. */
export interface Context {
  /** Shorter, with the same comparisons. */
  readonly quick: boolean;
  /** Rounds of each comparison. */
  readonly runs: number;
  /** A folder of this run of the bench, removed at its end. */
  readonly folder: string;
  /** Where servers under test leave their CPU profiles, if anywhere. */
  readonly profiles: string | null;
  /** Where articles are that questions of the evaluation are about, if anywhere. */
  readonly articles: string | null;
  /** How long pages of the dashboard are followed; null for as long as is usual. */
  readonly tailMinutes: number | null;
  /** Tells the person who waits what is going on. */
  readonly say: (line: string) => void;
  /** Starts something and has it released when the measurement ends, however it ends. */
  readonly hold: <T>(start: () => Promise<T>, release: (held: T) => Promise<void>) => Promise<T>;
  /** What several measurements need: made at the first call, released when the whole bench ends. */
  readonly shared: <T>(name: string, make: (whole: Context) => Promise<T>) => Promise<T>;
}

/** What was started and has to be released, last first; once closed it takes nothing more. */
export class Holdings {
  private readonly releases: (() => Promise<void>)[] = [];
  private closed = false;

  assertOpen(): void {
    if (this.closed) throw new Error('the bench is ending');
  }

  async hold<T>(start: () => Promise<T>, release: (held: T) => Promise<void>): Promise<T> {
    this.assertOpen();
    const starting = start();
    // Registered before it has started, so that an interruption meanwhile leaves nothing behind.
    this.releases.push(async () => {
      const held = await starting.catch(() => null);
      if (held !== null) await release(held);
    });
    return starting;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (let last = this.releases.pop(); last !== undefined; last = this.releases.pop()) {
      await last().catch((error: unknown) => {
        process.stderr.write(`could not clear up: ${(error as Error).message}\n`);
      });
    }
  }
}

type Fixed = Pick<
  Context,
  'quick' | 'runs' | 'folder' | 'profiles' | 'articles' | 'tailMinutes' | 'say'
>;

/** The contexts of one run of the bench: each measurement has its own, and all share the whole one. */
export class Contexts {
  private readonly whole = new Holdings();
  private readonly made = new Map<string, Promise<unknown>>();
  private current = new Holdings();

  constructor(private readonly fixed: Fixed) {}

  /** Runs a measurement and releases what it held. */
  async within<T>(measure: (context: Context) => Promise<T>): Promise<T> {
    this.current = new Holdings();
    try {
      return await measure(this.contextOf(this.current));
    } finally {
      await this.current.close();
    }
  }

  async close(): Promise<void> {
    await this.current.close();
    await this.whole.close();
  }

  private contextOf(holdings: Holdings): Context {
    return {
      ...this.fixed,
      hold: (start, release) => holdings.hold(start, release),
      shared: (name, make) => this.share(name, make),
    };
  }

  private share<T>(name: string, make: (whole: Context) => Promise<T>): Promise<T> {
    const known = this.made.get(name) as Promise<T> | undefined;
    if (known !== undefined) return known;
    this.whole.assertOpen();
    const making = make(this.contextOf(this.whole));
    this.made.set(name, making);
    return making;
  }
}
