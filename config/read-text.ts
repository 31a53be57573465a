import { readFileSync, statSync } from 'node:fs';

/**
 * Reads a file of the operator's. What is no text, or so large that it must be another file, is refused unread.
 * @throws Error with a message that says in a few words what is wrong with it, and holds nothing of its content
 */
export function readText(path: string, mostBytes: number): string {
  const bytes = read(path, mostBytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('it is no UTF-8 text');
  }
}

function read(path: string, mostBytes: number): Buffer {
  try {
    const found = statSync(path);
    if (found.isDirectory()) throw new Error('EISDIR: it is a directory');
    // A pipe or a device could keep us waiting for ever.
    if (!found.isFile()) throw new Error('it is no regular file');
    if (found.size > mostBytes)
      throw new Error(`it has ${String(found.size)} bytes; allowed: at most ${String(mostBytes)}`);
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : new Error(told[code] ?? code, { cause: error });
  }
}

const told: Readonly<Record<string, string>> = {
  ENOENT: 'ENOENT: there is no such file',
  ENOTDIR: 'ENOTDIR: a part of the path is no directory',
  EACCES: 'EACCES: this process may not read it',
  EISDIR: 'EISDIR: it is a directory',
  ELOOP: 'ELOOP: its symbolic links lead in a circle',
};
