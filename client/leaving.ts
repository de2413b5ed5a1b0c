/*
 * What happens to calls that are still outstanding when the process is to end. Ending by itself it
 * waits for them. SIGTERM and SIGINT are held back until those that are outstanding then have their
 * outcomes, where nobody else handles them; a second one is not, unless it comes at once: Ctrl-C
 * reaches what npm has started twice, from the terminal and from npm. What is lost then, as after
 * process.exit(), is told: nothing can be sent any more.
 */

/** Something that may have calls outstanding. */
interface Leaver {
  readonly outstanding: number;
  flush(): Promise<void>;
}

const signals = ['SIGTERM', 'SIGINT'] as const;
const leavers = new Set<Leaver>();

/** Within this after the first, a signal is the same one. */
const echoMilliseconds = 500;

/** When the first signal came. */
let leaving: number | null = null;

const onSignal = (signal: NodeJS.Signals): void => {
  const flushed = Promise.all([...leavers].map((leaver) => leaver.flush()));
  // Whoever handles the signal as well decides when the process ends.
  if (process.listenerCount(signal) > 1) return;
  const die = (): void => {
    onExit(); // a signal ends a process without
    release();
    process.kill(process.pid, signal);
  };
  const now = performance.now();
  if (leaving === null) void flushed.then(die);
  else if (now - leaving > echoMilliseconds) die();
  leaving ??= now;
};

const onExit = (): void => {
  const lost = [...leavers].reduce((sum, { outstanding }) => sum + outstanding, 0);
  if (lost === 0) return;
  process.stderr.write(
    `flowledger: the process ended with ${lost} model calls that are not known to be recorded; ` +
      'await close() before it ends\n',
  );
};

const release = (): void => {
  for (const signal of signals) process.removeListener(signal, onSignal);
  process.removeListener('exit', onExit);
};

/** From now on the process does not end over what `leaver` has outstanding without a word. */
export const watchLeaving = (leaver: Leaver): void => {
  if (leavers.size === 0) {
    // Before all others: one that listens once is not counted any more when its turn is over.
    for (const signal of signals) process.prependListener(signal, onSignal);
    process.on('exit', onExit);
  }
  leavers.add(leaver);
};

export const unwatchLeaving = (leaver: Leaver): void => {
  if (leavers.delete(leaver) && leavers.size === 0) release();
};
