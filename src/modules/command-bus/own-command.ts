import { Problem } from '../http/problem';
import type { CommandIntake, Request } from './command-intake';
import type { Accepted } from './issued-command';

/** A command that the server issues by itself: nobody repeats it, and no deployment is named for it. */
type OwnCommand = Pick<Request, 'name' | 'body' | 'caller' | 'correlationId'> &
  Partial<Pick<Request, 'causationId' | 'ifMatch'>>;

/**
 * Issues a command of the server's own.
 *
 * @param moot the refusals that say that somebody else was first: there is nothing left to do.
 * @returns what came of it; null where it is moot.
 * @throws Problem for any other refusal.
 */
export const issueOwn = async (
  intake: Pick<CommandIntake, 'take'>,
  command: OwnCommand,
  moot: readonly string[] = [],
): Promise<Accepted | null> => {
  try {
    return await intake.take({
      causationId: null,
      ifMatch: null,
      ...command,
      idempotencyKey: null,
      deploymentId: null,
    });
  } catch (error) {
    if (error instanceof Problem && moot.includes(error.code)) return null;
    throw error;
  }
};
