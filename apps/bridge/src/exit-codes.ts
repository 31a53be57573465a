/** What the status of `bridge` says. docs/cli.md has it for people. */
export const exitCodes = {
  /** Done, and nothing is wrong. */
  fine: 0,
  /** Something is wrong with what was looked at, or a service refused what was asked for. */
  wrong: 1,
  /** An option, an argument or a setting is wrong, also where the service says so. Nothing was done. */
  usage: 2,
  /** A service, the database or the broker does not answer, or cannot for now. */
  unreachable: 3,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
