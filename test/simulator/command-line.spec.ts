import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './command-line.ts';

describe('the command line', () => {
  it('takes clients whose redirect URIs have colons, and quotas', () => {
    const words = ['--client', 'a:b:http://x:1/y,http://z/', '--client', 'c:d:https://e/', '--quota', '30/9,100/86'];
    expect(parseOptions([...words, '--athletes', '7', '--json', '--switches', '{"latency":5}'])).toEqual({
      json: true,
      simulator: {
        athletes: 7,
        clients: [
          { id: 'a', secret: 'b', redirectUris: ['http://x:1/y', 'http://z/'] },
          { id: 'c', secret: 'd', redirectUris: ['https://e/'] },
        ],
        quota: [
          { requests: 30, seconds: 9 },
          { requests: 100, seconds: 86 },
        ],
        switches: { latency: 5 },
      },
    });
  });

  it('lets all resources change, and a switch have the last word', () => {
    const { switches } = parseOptions(['--all-resources']).simulator;
    expect(switches?.mix).toMatchObject({ 'hr-append': 40, 'ppi-sync': 10 });
    expect(parseOptions(['--all-resources', '--switches', '{"mix":{}}']).simulator.switches).toEqual({ mix: {} });
  });

  it.each([['--client', 'a:b'], ['--quota', '5'], ['--port', 'x'], ['--what']])('refuses %s %s', (...words) => {
    expect(() => parseOptions(words)).toThrow();
  });

  it('says where it listens, and ends when it is told to', async () => {
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, '--json', '--athletes', '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url, apiUrl } = JSON.parse(line) as { url: string; apiUrl: string };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(`${apiUrl}/hello`)).text()).toBe('Hello');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });
});
