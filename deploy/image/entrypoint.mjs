// The image's entrypoint: COMMAND [ARGUMENTS]. Plain JavaScript, and no imports but Node's own.
//
// A command is a script of package.json, which alone holds the flags of Node. This process turns into the program (execve),
// so that process 1 is the program itself, and signals reach it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const commands = {
  auth: 'start:auth',
  poller: 'start:poller',
  publisher: 'start:publisher',
  migrate: 'migrate',
  bridge: 'start:bridge',
};

const [command = '', ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, command)) {
  const isHelp = ['help', '--help', '-h'].includes(command);
  const text = `usage: accesslink-bridge COMMAND [ARGUMENTS]\ncommands: ${Object.keys(commands).join(', ')}\n`;
  if (isHelp) process.stdout.write(text);
  else process.stderr.write(command === '' ? text : `there is no command "${command}"\n${text}`);
  process.exit(isHelp ? 0 : 2);
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [, ...words] = scripts[commands[command]].split(' ');
const program = words.map((word) => (word.startsWith('dist/') ? join(root, word) : word));
process.execve(process.execPath, [process.execPath, ...program, ...args], process.env);
