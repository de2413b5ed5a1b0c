import { Following } from './following';
import type { Followed, Words } from './following';
import type { Terminal } from './terminal';

/** Asks what is to become of work that whoever follows it wants to leave; null: it is to go on, as where nothing is answered. */
export const askHowToLeave = async (
  ask: NonNullable<Terminal['ask']>,
): Promise<'pause' | 'cancel' | null> => {
  for (;;) {
    const answer = (await ask('\npause it, cancel it, or let it go on? [p/c/g] '))?.trim();
    if (answer === undefined) return null;
    if (/^p(ause)?$/i.test(answer)) return 'pause';
    if (/^c(ancel)?$/i.test(answer)) return 'cancel';
    if (/^g(o( on)?)?$/i.test(answer)) return null;
  }
};

/** What gets to work again that was left, behind `npm run`. */
interface WaysBack {
  readonly resume: string;
  readonly follow: string;
}

/** Pauses work or cancels it by `steer`, or lets it go on: as is asked at a terminal; elsewhere it is paused. */
export const leave = async (
  steer: (act: 'pause' | 'cancel') => Promise<void>,
  { resume, follow }: WaysBack,
  { ask, err }: Terminal,
): Promise<void> => {
  const choice = ask === undefined ? 'pause' : await askHowToLeave(ask);
  if (choice === null) err.write(`it goes on; follow it again: npm run ${follow}\n`);
  else await steer(choice);
  if (choice === 'pause') err.write(`go on with it: npm run ${resume}\n`);
};

/** How long work of a server is at its end, or once who follows it has left it by Ctrl-C: `leaving` says what becomes of it. */
export const followUnlessLeft = async <Told extends Followed>(
  progress: (signal?: AbortSignal) => Promise<Told>,
  words: Words,
  leaving: () => Promise<void>,
  { interrupted = new AbortController().signal, err }: Terminal,
): Promise<Told> => {
  const seen = await new Following(progress, words, err).toItsEnd(interrupted);
  if (!interrupted.aborted || seen.state !== 'running') return seen;
  await leaving();
  return progress();
};
