import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AppLogger } from './logger.ts';
import { Reloading } from './reloading.ts';

describe('a file that may change', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is looked at while the app runs; what is broken is told and ends nothing', () => {
    const lines: string[] = [];
    const note = (level: string) => (message: string) => lines.push(`${level} ${message}`);
    const log = { info: note('info'), warn: note('warn') } as unknown as AppLogger;
    const looks = [
      () => false,
      () => true,
      () => {
        throw new Error('line 3: unknown key');
      },
      () => true,
    ];
    let made = 0;
    const reload = (): boolean => looks[(made += 1) - 1]?.() ?? false;
    const reloading = new Reloading('tenant file', { reload }, log, 1000);
    reloading.onApplicationBootstrap();
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(4000);
    expect(lines).toEqual([
      'info file taken over',
      'warn file not taken over, the one before stays in force',
      'info file taken over',
    ]);
    reloading.onModuleDestroy();
    jest.advanceTimersByTime(4000);
    expect(made).toBe(4);
  });
});
