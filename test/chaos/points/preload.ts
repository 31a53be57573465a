/**
 * Comes into a process of the built apps by `--import`, before anything of theirs is loaded: it puts fault points around the
 * ports of both sentences, obeys the suite on a socket, may set the clock, and leads connections to the services through the
 * suite's proxies. The product knows nothing of it.
 *
 * Its settings are the query of its own URL: `socket`, `name`, and `reroute`: `from-to` ports, comma separated.
 */
import { createRequire, registerHooks } from 'node:module';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Pass } from './around.ts';
import { adjustableClock } from './clock.ts';
import type { Order, PointAction, Report } from './names.ts';
import { reroute } from './reroute.ts';
import { createWraps, wrapDatabase } from './wraps.ts';

const settings = new URL(import.meta.url).searchParams;
const armed = new Map<string, PointAction>();
const setAhead = adjustableClock();
const suite = connect(settings.get('socket') ?? '');
// Nothing here may keep a process that wants to end, and when the suite has died, the watchdog ends this one.
suite.unref();
suite.on('error', () => undefined);

const tell = (report: Report): void => void suite.write(`${JSON.stringify(report)}\n`);

const pass: Pass = (point) => {
  const action = armed.get(point);
  if (action === undefined) return;
  armed.delete(point);
  // Such a write is in the kernel when it returns, so the suite hears of it though we may die now.
  tell({ report: 'reached', point, action });
  if (action === 'kill') process.kill(process.pid, 'SIGKILL');
  else if (action === 'freeze') process.kill(process.pid, 'SIGSTOP');
  else throw Object.assign(new Error(`chaos: lost at ${point}`), { code: 'ECONNRESET' });
};

function obey(order: Order): void {
  if (order.order === 'arm') armed.set(order.point, order.action);
  else if (order.order === 'clock') setAhead(order.aheadMs);
  else if (order.point === undefined) armed.clear();
  else armed.delete(order.point);
}

tell({ report: 'started', name: settings.get('name') ?? '', pid: process.pid });
createInterface({ input: suite })
  .on('line', (line) => obey(JSON.parse(line) as Order))
  .on('error', () => undefined);

const routes = (settings.get('reroute') ?? '').split(',').filter((pair) => pair !== '');
reroute(new Map(routes.map((pair) => pair.split('-').map(Number) as [number, number])));

// As the program finds it, which has a bundle of its own.
const { Client } = createRequire(resolve(process.argv[1] ?? ''))('pg') as typeof import('pg');
wrapDatabase(pass, Client.prototype as never);

const wraps = createWraps(pass);
const making = Symbol.for('accesslink-bridge.chaos.wraps');
Object.assign(globalThis, { [making]: wraps });

// A wrapped module is loaded twice: as itself under another URL, and in its place one that gives out what was made of it.
registerHooks({
  load(url, context, next) {
    const index = wraps.findIndex(({ module }) => url.endsWith(module));
    const plain = JSON.stringify(`${url}?plain`);
    const lines = Object.keys(wraps[index]?.make ?? {}).map(
      (name) => `export const ${name} = make.${name}(plain.${name});`,
    );
    if (index === -1) return next(url, context);
    const source = [
      `import * as plain from ${plain};`,
      `export * from ${plain};`,
      `const { make } = globalThis[Symbol.for('accesslink-bridge.chaos.wraps')][${index}];`,
      ...lines,
    ].join('\n');
    return { format: 'module', source, shortCircuit: true };
  },
});
