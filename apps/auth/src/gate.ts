type Enter = () => void;

/**
 * Lets at most so many pieces of work run at once. The others wait in a line for each kind, and the lines take turns: a kind
 * whose work is slow holds up itself, and the others by the places that it has.
 */
export class Gate {
  private readonly most: number;
  private readonly mostOfKind: number;
  private readonly lines = new Map<string, Enter[]>();
  private readonly running = new Map<string, number>();

  /** @param mostOfKind how many of one kind may run, so that one that never ends leaves places for the others */
  constructor(most: number, mostOfKind = most) {
    this.most = most;
    this.mostOfKind = mostOfKind;
  }

  async run<T>(kind: string, work: () => Promise<T>): Promise<T> {
    const line = this.lines.get(kind) ?? [];
    await new Promise<void>((enter) => {
      this.lines.set(kind, [...line, enter]);
      this.admit();
    });
    try {
      return await work();
    } finally {
      this.count(kind, -1);
      this.admit();
    }
  }

  private admit(): void {
    for (const [kind, [enter, ...others]] of this.lines) {
      if ([...this.running.values()].reduce((sum, count) => sum + count, 0) >= this.most) return;
      if (enter === undefined || (this.running.get(kind) ?? 0) >= this.mostOfKind) continue;
      // To the end of the turns.
      this.lines.delete(kind);
      if (others.length > 0) this.lines.set(kind, others);
      this.count(kind, 1);
      enter();
    }
  }

  private count(kind: string, by: number): void {
    const count = (this.running.get(kind) ?? 0) + by;
    if (count === 0) this.running.delete(kind);
    else this.running.set(kind, count);
  }
}
