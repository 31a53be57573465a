/** What a terminal has by tradition, and what is taken where there is none. */
const usualWidth = 80;
const [nameWidth, valueWidth] = [11, 34];

export const widthOf = ({ columns }: { readonly columns?: number }): number => Math.max(usualWidth, columns ?? 0);

/** As in #core, which the demo image does not have: nothing is built there. */
export const times = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Lines of whole words, each at most so long; a word that is longer, such as an address, stays whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = word;
    else if (last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A name, what it stands for and a remark, which goes below where the line has no room for it. */
export function notice(name: string, value: string, about: string, width: number): string {
  const line = `${name.padEnd(nameWidth)}${value}`;
  const beside = `${name.padEnd(nameWidth)}${value.padEnd(valueWidth)} ${about}`.trimEnd();
  if (value.length <= valueWidth && beside.length <= width) return beside;
  const below = wrap(about, width - nameWidth).map((text) => `${' '.repeat(nameWidth)}${text}`);
  return [line, ...below].join('\n');
}
