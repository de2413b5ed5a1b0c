import { Socket } from 'node:net';

/**
 * Sends in one system call what is written in one turn of the event loop: the statements of a
 * pipeline, each of which would cost a call of its own.
 */
export class GatheredSocket extends Socket {
  private gathering = false;

  override write(chunk: Uint8Array | string, ...rest: never[]): boolean {
    if (!this.gathering) {
      this.gathering = true;
      this.cork();
      process.nextTick(() => {
        this.gathering = false;
        this.uncork();
      });
    }
    return super.write(chunk, ...rest);
  }
}
