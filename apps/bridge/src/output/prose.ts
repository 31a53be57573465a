import { Help } from 'commander';

/** Narrower than this a text is not made: it could not be read. */
const narrowest = 20;
/** The beginning of a line that its next lines are indented like: of an entry of a list, its words. */
const lead = /^ *(?:- )?/;
/** What stands for a space at which a line does not break: that of a command to be typed, that of a figure. */
const kept = { command: '\u{e000}', figure: '\u{e001}' } as const;

const help = Object.assign(new Help(), { minWidthToWrap: 0 });

/** Running text in lines of at most so many columns. A figure, and a command in backticks, are not parted. */
export function wrapped(text: string, width: number): string {
  return text
    .replaceAll('\u{a0}', kept.figure)
    .replaceAll(/`[^`\n]+`/g, (command) => command.replaceAll(' ', kept.command))
    .split('\n')
    .map((line) => lineOf(line, width))
    .join('\n')
    .replaceAll(kept.command, ' ')
    .replaceAll(kept.figure, '\u{a0}');
}

function lineOf(line: string, width: number): string {
  const [begin = ''] = lead.exec(line) ?? [];
  const words = help.boxWrap(line.slice(begin.length), Math.max(narrowest, width - begin.length));
  return begin + words.replaceAll('\n', `\n${' '.repeat(begin.length)}`);
}
