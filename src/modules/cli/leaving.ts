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
