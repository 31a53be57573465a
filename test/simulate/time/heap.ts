/** What is to happen at a moment, in the order of moments, then of coming. */
export interface Entry {
  readonly at: number;
  readonly order: number;
}

/** A binary heap: the earliest entry is always at hand. */
export class Heap<Kind extends Entry> {
  readonly #entries: Kind[] = [];

  get first(): Kind | undefined {
    return this.#entries[0];
  }

  push(entry: Kind): void {
    const entries = this.#entries;
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = entries[parent] as Kind;
      if (!isEarlier(entry, above)) break;
      entries[at] = above;
      at = parent;
    }
    entries[at] = entry;
  }

  pop(): Kind | undefined {
    const entries = this.#entries;
    const first = entries[0];
    const last = entries.pop();
    if (first === undefined || last === undefined || entries.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= entries.length) break;
      const right = left + 1;
      const child = right < entries.length && isEarlier(entries[right] as Kind, entries[left] as Kind) ? right : left;
      if (!isEarlier(entries[child] as Kind, last)) break;
      entries[at] = entries[child] as Kind;
      at = child;
    }
    entries[at] = last;
    return first;
  }
}

function isEarlier(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
