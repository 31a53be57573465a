export interface ScenarioOptions {
  readonly athletes: number;
  /** How long it goes on between the backup, or the beginning, and the loss. */
  readonly seconds: number;
  readonly say: (line: string) => void;
}

/** What came of a loss. */
export interface Outcome {
  /** Empty: the stream is consistent. */
  readonly wrongs: readonly string[];
  /** What was counted, in words. */
  readonly facts: Readonly<Record<string, number>>;
}

/** Of the simulator: syncs of a watch per athlete and hour. */
export const pace = 1500;
