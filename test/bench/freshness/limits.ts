import { documentedQuota, mostRequests } from '#core';

/** What may be sent. */
export interface Limits {
  /** Requests in any window of `shortDays`. */
  readonly minutes: number;
  /** Days. */
  readonly shortDays: number;
  /** Requests in any day. */
  readonly day: number;
}

const daySeconds = 86_400;
const shortSeconds = Math.min(...documentedQuota.map(({ seconds }) => seconds));

/** What the provider allows. */
export const provider: Limits = {
  minutes: mostRequests(documentedQuota, shortSeconds),
  day: mostRequests(documentedQuota, daySeconds),
  shortDays: shortSeconds / daySeconds,
};

/** One of the provider's windows, exactly: how many requests were made in the last so many days. */
export class Window {
  readonly #length: number;
  readonly #times: Float64Array;
  #first = 0;
  #next = 0;

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
  }

  #at(index: number): number {
    return this.#times[index % this.#times.length] ?? 0;
  }
}

/** Every request of a run, to count afterwards and apart from what let them through. */
export class RequestLog {
  #times = new Float64Array(1 << 20);
  #count = 0;

  add(at: number): void {
    if (at < (this.#times[this.#count - 1] ?? -Infinity)) throw new Error('a request before the one before it');
    if (this.#count === this.#times.length) {
      const more = new Float64Array(2 * this.#count);
      more.set(this.#times);
      this.#times = more;
    }
    this.#times[this.#count] = at;
    this.#count += 1;
  }

  between(from: number, to: number): number {
    return this.#times.subarray(0, this.#count).reduce((sum, at) => sum + (at >= from && at < to ? 1 : 0), 0);
  }

  /**
   * In all windows of a length, each of which ends with a request.
   * @returns the most requests in one, and how many requests came when there were more than the limit
   */
  windows(days: number, limit: number): { readonly most: number; readonly over: number } {
    let [first, most, over] = [0, 0, 0];
    for (let last = 0; last < this.#count; last += 1) {
      const end = this.#times[last] ?? 0;
      while ((this.#times[first] ?? 0) <= end - days) first += 1;
      const used = last + 1 - first;
      most = Math.max(most, used);
      if (used > limit) over += 1;
    }
    return { most, over };
  }
}
