/** The planner's turn, as Redis keeps it: one at a time, and none for ever. */
export class MemoryTurns {
  readonly #now: () => number;
  readonly #longestMs: number;
  #token = 0;
  #until = 0;

  /** @param now epoch ms */
  constructor(now: () => number, longestMs: number) {
    this.#now = now;
    this.#longestMs = longestMs;
  }

  /** @returns what ends it; undefined while another one has it */
  take(): number | undefined {
    if (this.#until > this.#now()) return undefined;
    this.#token += 1;
    this.#until = this.#now() + this.#longestMs;
    return this.#token;
  }

  /** Ends one's own turn only: by now it may be somebody else's. */
  end(token: number): void {
    if (token === this.#token) this.#until = 0;
  }

  flush(): void {
    this.#until = 0;
  }
}
