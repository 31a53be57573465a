import { readFileSync } from 'node:fs';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

/** The options of the bench that runs. `--help`, or one that there is not, prints the comment that its file begins with. */
export function benchOptions<const Options extends ParseArgsOptionsConfig>(
  options: Options,
): ReturnType<typeof parseArgs<{ options: Options }>>['values'] {
  try {
    if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) throw new Error('');
    return parseArgs<{ options: Options }>({ options }).values;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${message === '' ? '' : `${message}\n\n`}${about()}\n`);
    return process.exit(message === '' ? 0 : 2);
  }
}

function about(): string {
  const [, comment = ''] = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(readFileSync(process.argv[1] ?? '', 'utf8')) ?? [];
  return comment.replaceAll(/^ \* ?/gm, '');
}
