import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Child } from './child.ts';

const folder = mkdtempSync(join(tmpdir(), 'child-'));

/** A child that runs `script`, when it says that it is up. */
async function started(script: string, graceMs?: number): Promise<{ child: Child; lines: readonly string[] }> {
  const lines: string[] = [];
  const child = await new Promise<Child>((resolve) => {
    const one = new Child({
      name: 'child',
      args: ['-e', `${script}; setInterval(() => undefined, 1000); console.log('up');`],
      env: {},
      logFile: join(folder, 'child.log'),
      onLine: (line) => {
        lines.push(line);
        if (line === 'up') resolve(one);
      },
      ...(graceMs !== undefined && { graceMs }),
    });
    one.start();
  });
  return { child, lines };
}

describe('a child process', () => {
  it('is waited for while it ends', async () => {
    const { child, lines } = await started(
      `process.on('SIGTERM', () => setTimeout(() => { console.log('done'); process.exit(0); }, 50))`,
    );
    await child.kill();
    expect([child.running, child.failure, lines]).toEqual([false, undefined, ['up', 'done']]);
    child.close();
  });

  it('is killed when it does not end in time', async () => {
    const { child } = await started(`process.on('SIGTERM', () => undefined)`, 50);
    await child.kill();
    expect([child.running, child.failure]).toEqual([false, undefined]);
    child.close();
  });

  it('is the leader of its own group, which Ctrl-C does not reach', async () => {
    const { child } = await started('');
    expect(() => process.kill(-(child.pid ?? 0), 0)).not.toThrow();
    await child.kill();
    child.close();
  });
});
