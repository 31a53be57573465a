/** The provider's windows, exactly: how many requests were made in the last so many days. */
export class Window {
  readonly #length: number;
  readonly #times: Float64Array;
  #first = 0;
  #next = 0;
  most = 0;

  constructor(days: number, limit: number) {
    this.#length = days;
    this.#times = new Float64Array(limit + 1);
  }

  used(now: number): number {
    while (this.#first < this.#next && this.#at(this.#first) <= now - this.#length) this.#first += 1;
    return this.#next - this.#first;
  }

  /** The moment from which on fewer than so many count. */
  freeAt(now: number, limit: number): number {
    return this.used(now) < limit ? now : this.#at(this.#next - limit) + this.#length;
  }

  add(now: number): void {
    this.#times[this.#next % this.#times.length] = now;
    this.#next += 1;
    this.most = Math.max(this.most, this.used(now));
  }

  #at(index: number): number {
    return this.#times[index % this.#times.length] ?? 0;
  }
}
