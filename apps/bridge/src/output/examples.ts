/** Text for `addHelpText('after', ...)`: commands as they are typed, each with what it is for. */
export function examples(...lines: readonly (readonly [command: string, what: string])[]): string {
  return ['', 'Examples:', ...lines.flatMap(([command, what]) => [`  # ${what}`, `  bridge ${command}`])].join('\n');
}
