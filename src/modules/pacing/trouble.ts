/** What fails again and again while it is tried again: told when it begins or becomes another, not each time. */
export class Trouble {
  private told: string | null = null;

  constructor(private readonly tell: (message: string) => void) {}

  /** It failed. */
  met(error: unknown): void {
    const { message } = error as Error;
    if (message !== this.told) this.tell(message);
    this.told = message;
  }

  /** It went well. Gives whether it had failed before. */
  over(): boolean {
    const wasTold = this.told !== null;
    this.told = null;
    return wasTold;
  }
}
