import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { explain, runMain } from './run-main.ts';

/** How a program ended that got `signal` while its `main` was under way. */
async function ended(main: string, signal: NodeJS.Signals): Promise<unknown[]> {
  const module = JSON.stringify(new URL('run-main.ts', import.meta.url).href);
  const program = `import { leaveSignalsToApp, runMain } from ${module};
    await runMain('x', () => { ${main}; console.log('waits'); return new Promise((done) => setTimeout(done, 60_000)); });`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const end = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), end]);
  child.kill(signal);
  return end;
}

describe('runMain', () => {
  it('tells a foreseen failure without a stack', () => {
    const error = Object.assign(new Error('PORT: not set'), { code: 'CONFIG_INVALID', disposition: 'bug' });
    expect(explain('auth', error)).toBe('auth cannot start: PORT: not set\n');
  });

  it('adds advice for what the system refuses', () => {
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(explain('auth', new AggregateError([error], ''))).toContain('Is the service started');
  });

  it('keeps the stack of what nobody foresaw, without secrets', () => {
    const text = explain('auth', new TypeError('postgres://u:pw@h/d'));
    expect(text).toContain('run-main.spec');
    expect(text).not.toContain('pw@');
  });

  it('ends with 1 after a failure and leaves a success alone', async () => {
    const codes: number[] = [];
    const exit = { write: () => undefined, exit: (code: number) => codes.push(code) };
    await runMain('x', () => Promise.reject(new Error('no')), exit);
    await runMain('x', () => Promise.resolve(), exit);
    expect(codes).toEqual([1]);
  });

  // Process 1 of a container is not ended by a signal for which it has no handler: only an exit code shows that there is one.
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('ends at %s while it waits, with %i', async (signal, code) => {
    expect(await ended('', signal)).toEqual([code, null]);
  });

  it('leaves the signals to an app that has hooks', async () => {
    const hooks = `process.once('SIGTERM', () => setTimeout(() => process.exit(7), 1)); leaveSignalsToApp()`;
    expect(await ended(hooks, 'SIGTERM')).toEqual([7, null]);
  });
});
