/** How a request ended, as far as it tells whether the provider answers. */
export type Ending = 'answered' | 'failed' | 'unsent';

const firstRestMs = 15_000;
/** So long, at most, does it take until somebody sees that the provider is back. */
const longestRestMs = 120_000;

/**
 * Keeps requests from where nothing but failures come back. It opens when enough different witnesses have failed in a row:
 * one that fails for ever (an athlete's day that always answers 500, observed live) is never enough. While it is open,
 * one request may go at the end of each rest; the first answer closes it. All times are epoch ms.
 */
export class Breaker {
  readonly #most: number;
  readonly #witnesses = new Set<string>();
  #restMs = 0;
  #since = 0;
  #until = 0;
  #isProbing = false;

  /** @param most how many witnesses open it */
  constructor(most: number) {
    this.#most = most;
  }

  get isOpen(): boolean {
    return this.#restMs > 0;
  }

  /** When it opened. */
  get since(): number {
    return this.#since;
  }

  /** How many witnesses have failed since the last answer. */
  get witnesses(): number {
    return this.#witnesses.size;
  }

  /** How long it rests between two tries; 0 while it is closed. */
  get restMs(): number {
    return this.#restMs;
  }

  /** @returns the moment before which nothing may be sent; undefined when a request may go now */
  waitsUntil(now: number): number | undefined {
    return this.isOpen && now < this.#until ? this.#until : undefined;
  }

  /** A request goes. While it is open this is the one that tries, and the rest begins anew for all others. */
  enter(now: number): void {
    if (!this.isOpen) return;
    this.#until = now + this.#restMs;
    this.#isProbing = true;
  }

  /** A request that had entered has ended. */
  leave(ending: Ending, witness: string, now: number): void {
    if (ending === 'answered') this.#close();
    else if (ending === 'failed') this.#fail(witness, now);
    else if (this.#isProbing) {
      this.#isProbing = false;
      this.#until = now;
    }
  }

  #fail(witness: string, now: number): void {
    this.#witnesses.add(witness);
    // Whoever set out before it opened tells nothing new.
    if (this.isOpen && !this.#isProbing) return;
    if (this.#witnesses.size < this.#most) return;
    if (!this.isOpen) this.#since = now;
    this.#restMs = Math.min(longestRestMs, this.isOpen ? this.#restMs * 2 : firstRestMs);
    this.#until = now + this.#restMs;
    this.#isProbing = false;
  }

  #close(): void {
    this.#witnesses.clear();
    this.#restMs = 0;
    this.#isProbing = false;
  }
}
