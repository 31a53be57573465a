import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, type Options } from 'prettier';

const style = JSON.parse(readFileSync(join(import.meta.dirname, '../../config/lint/prettier.json'), 'utf8')) as Options;

/** A text as `npm run lint` wants it. */
export function formatted(name: string, text: string): Promise<string> {
  return format(text, { ...style, filepath: name });
}
