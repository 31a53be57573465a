import { Mutex } from 'async-mutex';

/**
 * Lets one poll of the process at a time hold large bodies, and what was made of them: sixteen days of beat-to-beat
 * intervals, of ten megabytes each, would be half a gigabyte.
 */
export class LargeBodies {
  readonly #one = new Mutex();
  #holder: object | undefined;

  /** Resolves when the poll may have large bodies in memory, at once where it has one already. */
  async enter(poll: object): Promise<void> {
    if (this.#holder === poll) return;
    await this.#one.acquire();
    this.#holder = poll;
  }

  /** The poll is over, whether it had a large body or not. */
  leave(poll: object): void {
    if (this.#holder !== poll) return;
    this.#holder = undefined;
    this.#one.release();
  }
}
