import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Files } from './generate.ts';

/** What is generated, as it is committed: neither the examples nor what was released. */
export function committed(folder: string): Files {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !/^(examples|released)\//.test(name));
  return new Map(files.toSorted().map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

/** @returns for each file that is not what the code says, what is wrong with it */
export function differences(committed: Files, generated: Files): readonly string[] {
  const changed = [...generated].flatMap(([name, text]) => {
    const before = committed.get(name);
    if (before === undefined) return [`${name}: is missing`];
    return before === text ? [] : [`${name}: differs ${where(before, text)}`];
  });
  const left = [...committed.keys()].filter((name) => !generated.has(name)).map((name) => `${name}: nothing makes it`);
  return [...changed, ...left].toSorted();
}

function where(before: string, after: string): string {
  const [was, is] = [before.split('\n'), after.split('\n')];
  const line = is.findIndex((text, index) => text !== was[index]);
  const index = line === -1 ? is.length : line;
  const shown = (text: string | undefined): string =>
    text === undefined ? 'the end' : `"${text.trim().slice(0, 100)}"`;
  return `in line ${index + 1}: ${shown(was[index])} is committed, ${shown(is[index])} is what the code says`;
}
