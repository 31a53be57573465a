/** Writes the hint; called again only after it has ended. */
export type NoteRelayed = (position: number) => Promise<void>;

export interface Settlement {
  settle(position: number): void;
  /** Writes what is not written yet. */
  flush(): Promise<void>;
}

export interface SettleOptions {
  readonly note: NoteRelayed;
  /** Least time between two writes, in ms: the hint shares its row with the writers of the lane. */
  readonly everyMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Keeps the hint in the database close behind the truth in Kafka. It is only a hint, so nobody waits for it and a failed
 * write is made up for by the next one.
 */
export function createSettlement({ note, everyMs, onError }: SettleOptions): Settlement {
  let wanted = 0;
  let written = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(async () => {
      const position = wanted;
      if (position <= written) return;
      try {
        await note(position);
        written = position;
      } catch (error) {
        onError(error);
      }
    });
    return writing;
  };

  return {
    settle(position) {
      wanted = position;
      timer ??= setTimeout(() => void write(), everyMs);
    },
    flush: write,
  };
}
