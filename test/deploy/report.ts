/** Prints what was found wrong, and lets the program end with 1 when there is anything. */
export function report(what: string, checks: number, problems: readonly string[]): void {
  if (checks === 0) problems = [...problems, 'nothing was checked'];
  if (problems.length === 0) return void console.log(`${what}: ${checks} checks, nothing is wrong`);
  console.error(`${what}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  process.exitCode = 1;
}

/** @returns what it throws, on one line */
export function refusal(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ');
  }
}
