/** The part of a page between `<!-- NAME: ... -->` and `<!-- /NAME -->`, which is made and not written. */
const partOf = (name: string): RegExp => new RegExp(`(<!-- ${name}: [^>]*-->\n)[^]*?(<!-- /${name} -->)`);

/**
 * The page with a text in the place of its part of that name.
 * @throws when the page has no such part
 */
export function withPart(page: string, name: string, text: string): string {
  if (!partOf(name).test(page)) throw new Error(`there is no part "<!-- ${name}: ... -->" to "<!-- /${name} -->"`);
  return page.replace(partOf(name), (_part, begin: string, end: string) => `${begin}\n${text}\n\n${end}`);
}

/** Rows in Markdown; a sign that would end a cell is kept. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
