import type { BudgetLane } from '#core';

/** A request, from the first to the last moment at which a provider may have counted it (ms). */
export interface Sent {
  readonly lane: BudgetLane;
  readonly start: number;
  end: number;
}

/** Steady: it doesn't step when the machine's clock does. */
export const clock = (): number => performance.timeOrigin + performance.now();

/** What went out, in the bench's own words: no code and no clock of the budget has a part in it. */
export class Log {
  readonly sent: Sent[] = [];

  begin(lane: BudgetLane): Sent {
    const one = { lane, start: clock(), end: Infinity };
    this.sent.push(one);
    return one;
  }

  /**
   * The most that any window of so many ms can hold, wherever it begins and wherever in its interval each request was
   * counted. A window that is shorter holds no more, so this speaks for all lengths up to this one.
   */
  fullest(length: number): number {
    const edges = this.sent.flatMap(({ start, end }) => [
      { at: start, by: 1 },
      { at: end + length, by: -1 },
    ]);
    // Both ends belong to the window.
    edges.sort((a, b) => a.at - b.at || b.by - a.by);
    let inside = 0;
    let most = 0;
    for (const { by } of edges) {
      inside += by;
      most = Math.max(most, inside);
    }
    return most;
  }

  /** How many requests were started in the window of so many ms that ends at a moment, averaged over the moments from..to. */
  mean(length: number, from: number, to: number, lane?: BudgetLane): number {
    let held = 0;
    for (const one of this.sent) {
      if (lane !== undefined && one.lane !== lane) continue;
      held += Math.max(0, Math.min(one.start + length, to) - Math.max(one.start, from));
    }
    return held / (to - from);
  }
}
