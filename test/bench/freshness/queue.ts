/** What is due next: a binary heap of athletes by time. */
export class DueQueue {
  readonly #heap: (readonly [at: number, athlete: number])[] = [];

  push(at: number, athlete: number): void {
    const heap = this.#heap;
    heap.push([at, athlete]);
    let child = heap.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.#time(parent) <= this.#time(child)) return;
      this.#swap(parent, child);
      child = parent;
    }
  }

  pop(): readonly [at: number, athlete: number] | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    heap[0] = last;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= heap.length) return top;
      if (child + 1 < heap.length && this.#time(child + 1) < this.#time(child)) child += 1;
      if (this.#time(parent) <= this.#time(child)) return top;
      this.#swap(parent, child);
      parent = child;
    }
  }

  /** How many are due by then. */
  before(at: number): number {
    const count = (index: number): number =>
      this.#time(index) > at ? 0 : 1 + count(2 * index + 1) + count(2 * index + 2);
    return count(0);
  }

  #time(index: number): number {
    return this.#heap[index]?.[0] ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
