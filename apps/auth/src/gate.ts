/** Lets at most so many pieces of work run at once; the others wait in line. */
export class Gate {
  private readonly most: number;
  private running = 0;
  private readonly line: (() => void)[] = [];

  constructor(most: number) {
    this.most = most;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.running >= this.most) await new Promise<void>((enter) => this.line.push(enter));
    else this.running += 1;
    try {
      return await work();
    } finally {
      const next = this.line.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
