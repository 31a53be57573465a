const everyMs = 1000;
/** So long nobody wonders. */
const quietTicks = 4;

/** Says what is still awaited, as often as nothing else has been said for some seconds. */
export class Waiting {
  readonly #say: (line: string) => void;
  readonly #awaited = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #quiet = 0;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  /** Somebody else has said something. */
  heard(): void {
    this.#quiet = 0;
  }

  async during<T>(name: string, work: Promise<T>): Promise<T> {
    this.#awaited.set(name, performance.now());
    this.#timer ??= setInterval(() => this.#tick(), everyMs);
    try {
      return await work;
    } finally {
      this.#awaited.delete(name);
      if (this.#awaited.size === 0) {
        clearInterval(this.#timer);
        this.#timer = undefined;
      }
    }
  }

  #tick(): void {
    this.#quiet += 1;
    if (this.#quiet < quietTicks) return;
    this.heard();
    const names = [...this.#awaited].map(([name, since]) => `${name} ${seconds(performance.now() - since)}`);
    this.#say(`${'waiting'.padEnd(11)}${names.join(', ')}`);
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
