import { ApiProblem } from './problem';

/** Whether a command was decided; after no answer, or a 5xx, it may be recorded all the same. */
const isDecided = (error: unknown): boolean =>
  error instanceof ApiProblem && error.status >= 400 && error.status < 500;

/**
 * The idempotency keys of commands. One whose outcome is not known has the same key when it is issued
 * again, so that it is not done twice.
 */
export class CommandKeys {
  private open: { readonly command: string; readonly key: string } | null = null;

  constructor(private readonly make = (): string => crypto.randomUUID()) {}

  /** What is issued from now on is meant anew, whatever it is like. */
  renew(): void {
    this.open = null;
  }

  /** Has `issue` issue a command by its key. */
  async issued<T>(
    name: string,
    data: object,
    issue: (idempotencyKey: string) => Promise<T>,
  ): Promise<T> {
    const command = JSON.stringify([name, data]);
    const key = this.open?.command === command ? this.open.key : this.make();
    this.open = { command, key };
    try {
      const answer = await issue(key);
      this.renew();
      return answer;
    } catch (error) {
      if (isDecided(error)) this.renew();
      throw error;
    }
  }
}
