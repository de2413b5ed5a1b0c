import { Injectable } from '@nestjs/common';

/** Why rollbacks that this process carries out do not go on, in a sentence each; gone once they do. */
@Injectable()
export class RollbackTroubles {
  private readonly said = new Map<string, string>();

  of(rollbackId: string): string | null {
    return this.said.get(rollbackId) ?? null;
  }

  /** Whether that is news. */
  say(rollbackId: string, trouble: string): boolean {
    const isNews = this.said.get(rollbackId) !== trouble;
    this.said.set(rollbackId, trouble);
    return isNews;
  }

  end(rollbackId: string): void {
    this.said.delete(rollbackId);
  }
}
