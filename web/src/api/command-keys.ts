import { ApiProblem } from './problem';

/** Whether a command was decided; after no answer, or a 5xx, it may be recorded all the same. */
const isDecided = (error: unknown): boolean =>
  error instanceof ApiProblem && error.status >= 400 && error.status < 500;

/**
 * The idempotency keys of commands. One whose outcome is not known has the same key when it is issued
 * again, so that it is not done twice.
 */
export class CommandKeys {
  /** By command: several may be under way, and what becomes of one says nothing of another. */
  private readonly open = new Map<string, string>();

  constructor(private readonly make = (): string => crypto.randomUUID()) {}

  /** What is issued from now on is meant anew, whatever it is like. */
  renew(): void {
    this.open.clear();
  }

  /** Has `issue` issue a command by its key. */
  async issued<T>(
    name: string,
    data: object,
    issue: (idempotencyKey: string) => Promise<T>,
  ): Promise<T> {
    const command = JSON.stringify([name, data]);
    const key = this.open.get(command) ?? this.make();
    this.open.set(command, key);
    try {
      const answer = await issue(key);
      this.open.delete(command);
      return answer;
    } catch (error) {
      if (isDecided(error)) this.open.delete(command);
      throw error;
    }
  }
}
