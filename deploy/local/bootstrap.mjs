// node deploy/local/bootstrap.mjs <script.ts> [args]
//
// Runs a script of this project from a bare checkout: installs what package-lock.json says, unless it is installed, and hands
// over to the project's own Node. Therefore plain JavaScript for any Node from 18 on, and no imports but Node's own.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const NEEDED_NODE = 24;

const [script, ...args] = process.argv.slice(2);
if (script === undefined) fail('usage: node deploy/local/bootstrap.mjs <script.ts> [args]');

const stale = whyStale();
if (stale !== undefined) await install(stale);

process.exitCode = await run(findNode(), ['--disable-warning=TimeoutNegativeWarning', script, ...args], {
  // The channel carries nothing. It closes when this process is killed, and a script that starts others may listen for that.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  env: { ...process.env, PATH: [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter) },
});

/**
 * npm leaves in node_modules a copy of the lockfile that tells what it installed, and writes it last. An entry may be missing
 * there only if it is optional: the binaries for other platforms.
 * @returns {string | undefined} what is amiss, or undefined when node_modules is what package-lock.json asks for
 */
function whyStale() {
  const installed = packagesOf('node_modules/.package-lock.json');
  if (installed === undefined) return 'nothing is installed yet';
  for (const [path, { version, integrity, optional, link }] of Object.entries(packagesOf('package-lock.json') ?? {})) {
    if (path === '' || link) continue;
    const found = installed[path];
    if (found === undefined ? !optional : found.version !== version || found.integrity !== integrity)
      return `${path} is not installed as package-lock.json has it`;
  }
  return undefined;
}

/** Tells how far it is all the time: npm says nothing for minutes. */
async function install(why) {
  console.error(`npm ci: ${why}; this takes a minute or three`);
  const started = Date.now();
  const { isTTY } = process.stderr;
  const progress = setInterval(
    () => {
      const text = `npm ci: ${countInstalled()} packages, ${Math.round((Date.now() - started) / 1000)} s`;
      process.stderr.write(isTTY ? `\r${text}` : `${text}\n`);
    },
    isTTY ? 1_000 : 5_000,
  );
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error', '--progress=false'], {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, process.stderr],
    shell: process.platform === 'win32', // npm is a .cmd there
  });
  clearInterval(progress);
  if (isTTY) process.stderr.write('\r\u001B[K'); // the line that was written over and over
  if (code !== 0) fail('npm ci failed; its message is above', code);
}

/** What npm has unpacked so far, of what this machine gets: without the binaries for other platforms. */
function countInstalled() {
  const wanted = Object.entries(packagesOf('package-lock.json') ?? {}).filter(
    ([path, { link, os, cpu }]) => path !== '' && !link && os === undefined && cpu === undefined,
  );
  const there = wanted.filter(([path]) => existsSync(join(ROOT, path, 'package.json')));
  return `${there.length} of ${wanted.length}`;
}

function packagesOf(file) {
  const path = join(ROOT, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

function findNode() {
  const own = join(ROOT, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(own)) return own;
  if (Number(process.versions.node.split('.')[0]) >= NEEDED_NODE) return process.execPath;
  return fail(
    `Node ${NEEDED_NODE} or later is needed and this is ${process.versions.node}. ` +
      'node_modules/node/bin/node is missing: run `npm ci` without --ignore-scripts and without --omit=dev, or install a newer Node.',
  );
}

/** Runs a program to its end and passes our signals on. @returns {Promise<number>} its exit code, 128 + n after signal n */
function run(program, programArgs, options) {
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, options);
    const pass = (signal) => {
      // Ctrl-C reaches everything in the terminal's foreground, so the child has it already
      if (signal === 'SIGINT' && process.stdin.isTTY) return;
      child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    const end = (code) => {
      for (const signal of signals) process.removeListener(signal, pass);
      resolve(code);
    };
    for (const signal of signals) process.on(signal, pass);
    child.once('error', (error) => {
      console.error(`${program} cannot be started: ${error.message}`);
      end(1);
    });
    child.once('exit', (code, signal) => end(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

function fail(message, code = 1) {
  console.error(message);
  return process.exit(code);
}
