import { Heap, type Entry } from './heap.ts';
import type { Process } from './process.ts';

export interface Scheduled extends Entry {
  at: number;
  /** Whose code runs; undefined for what happens elsewhere: in a service, on a wire. */
  readonly owner: Process | undefined;
  readonly run: () => void;
  isOff: boolean;
}

/**
 * The only thing that lets time pass. One entry after the other, each followed by all that its promises lead to: nothing else
 * decides upon an order, so that the same entries always tell the same story.
 */
export class Scheduler {
  /** Epoch ms. */
  now: number;
  /** Whose code is running. */
  current: Process | undefined;
  #order = 0;
  /** How many entries have run. */
  steps = 0;
  readonly #heap = new Heap<Scheduled>();

  constructor(now: number) {
    this.now = now;
  }

  at(moment: number, owner: Process | undefined, run: () => void): Scheduled {
    const entry: Scheduled = { at: Math.max(moment, this.now), order: (this.#order += 1), owner, run, isOff: false };
    this.#heap.push(entry);
    return entry;
  }

  after(ms: number, owner: Process | undefined, run: () => void): Scheduled {
    return this.at(this.now + ms, owner, run);
  }

  /** Lets time pass up to a moment. */
  async until(moment: number): Promise<void> {
    for (;;) {
      const next = this.#heap.first;
      if (next === undefined || next.at > moment) break;
      this.#heap.pop();
      const { owner } = next;
      if (next.isOff || owner?.isDead === true) continue;
      this.now = next.at;
      if (owner !== undefined && owner.frozenUntil > this.now) {
        // In the order in which they came, as from a socket's buffer.
        next.at = owner.frozenUntil;
        this.#heap.push(next);
        continue;
      }
      this.current = owner;
      this.steps += 1;
      next.run();
      await settled();
      this.current = undefined;
    }
    this.now = moment;
  }
}

/** Resolves when every promise that can go on has gone on: Node empties that queue before it looks at this one. */
function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
