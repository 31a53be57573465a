/** A growing list of instants in the order in which they came, in milliseconds. */
export class Instants {
  private times = new Float64Array(1024);
  private count = 0;

  get length(): number {
    return this.count;
  }

  push(at: number): void {
    if (this.count === this.times.length) {
      const grown = new Float64Array(this.count * 2);
      grown.set(this.times);
      this.times = grown;
    }
    // A clock that was set back must not break the order on which the two pointers rely.
    this.times[this.count] = Math.max(at, this.at(this.count - 1));
    this.count += 1;
  }

  at(index: number): number {
    return index < 0 || index >= this.count ? Number.NEGATIVE_INFINITY : (this.times[index] ?? 0);
  }

  /** How many lie in (after, ...]: by halving. */
  since(after: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) > after) high = middle;
      else low = middle + 1;
    }
    return this.count - low;
  }

  /** The same list without its first so many. */
  from(first: number): Pick<Instants, 'length' | 'at'> {
    return { length: this.count - first, at: (index) => this.at(first + index) };
  }
}

/**
 * The most instants that any window of such a length holds, wherever it is laid. A window is open at one end: two
 * requests exactly one length apart are never in the same window. Two pointers, one pass.
 */
export function maxInAnyWindow(instants: Pick<Instants, 'length' | 'at'>, millis: number): number {
  let most = 0;
  let from = 0;
  for (let to = 0; to < instants.length; to += 1) {
    while (instants.at(to) - instants.at(from) >= millis) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
