/** Writes the hint; called again only after it has ended. @returns false when it has to be tried again later */
export type NoteRelayed = (position: number) => Promise<boolean>;

export interface Settlement {
  settle(position: number): void;
  /** Tries once more to write what is not written yet. */
  close(): Promise<void>;
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
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const arm = (): void => {
    timer ??= setTimeout(() => void write(), everyMs);
  };

  const write = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(async () => {
      const position = wanted;
      if (position <= written) return;
      try {
        if (await note(position)) written = position;
      } catch (error) {
        onError(error);
      }
      if (written < wanted && !closed) arm();
    });
    return writing;
  };

  return {
    settle(position) {
      wanted = position;
      arm();
    },
    close() {
      closed = true;
      return write();
    },
  };
}
