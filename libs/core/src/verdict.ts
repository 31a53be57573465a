/** `warn`: it works, and somebody should look at it. `skipped`: nobody can tell, because of something else. */
export type VerdictState = 'ok' | 'warn' | 'broken' | 'skipped';

/** What an examination of an installation has found. No secret is in it. */
export interface Verdict {
  readonly state: VerdictState;
  /** What is so and where, in one line. */
  readonly line: string;
  /** What to do about it, where something is wrong. */
  readonly advice?: string;
}

export const verdict = {
  ok: (line: string): Verdict => ({ state: 'ok', line }),
  warn: (line: string, advice: string): Verdict => ({ state: 'warn', line, advice }),
  broken: (line: string, advice: string): Verdict => ({ state: 'broken', line, advice }),
  skipped: (line: string): Verdict => ({ state: 'skipped', line }),
} as const;
