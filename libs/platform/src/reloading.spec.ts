import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AppLogger } from './logger.ts';
import { Reloading } from './reloading.ts';

const broken = (why: string) => (): boolean => {
  throw new Error(why);
};
const same = (): boolean => false;
const changed = (): boolean => true;

describe('a file that may change', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** A file that is found like this, look by look. */
  function setup(looks: readonly (() => boolean)[]) {
    const lines: string[] = [];
    const note =
      (level: string) =>
      (message: string, { reason }: { readonly reason?: string }): void => {
        lines.push([level, message, reason].filter(Boolean).join(' | '));
      };
    const log = { info: note('info'), warn: note('warn') } as unknown as AppLogger;
    let made = 0;
    const reload = (): boolean => looks[(made += 1) - 1]?.() ?? false;
    return { reloading: new Reloading('tenant file', { reload }, log, 1000), lines, made: () => made };
  }

  it('is looked at while the app runs; what is broken is told and ends nothing', () => {
    const { reloading, lines, made } = setup([same, changed, broken('line 3: unknown key'), changed]);
    reloading.onApplicationBootstrap();
    expect(lines).toEqual([]);
    jest.advanceTimersByTime(4000);
    expect(lines).toEqual([
      'info | file taken over',
      'warn | file not taken over, the one before stays in force | line 3: unknown key',
      'info | file taken over',
    ]);
    reloading.onModuleDestroy();
    jest.advanceTimersByTime(4000);
    expect(made()).toBe(4);
  });

  it('is complained about once per fault, and the end of it is told', () => {
    const { reloading, lines } = setup([
      broken('a'),
      broken('a'),
      broken('a'),
      broken('b'),
      broken('b'),
      broken('a'),
      same,
      same,
      broken('a'),
      changed,
    ]);
    const looks = Array.from({ length: 11 }, () => reloading.look());
    expect(lines).toEqual([
      'warn | file not taken over, the one before stays in force | a',
      'warn | file not taken over, the one before stays in force | b',
      'warn | file not taken over, the one before stays in force | a',
      'info | file is good again, and as it was',
      'warn | file not taken over, the one before stays in force | a',
      'info | file taken over',
    ]);
    expect(looks.filter(Boolean)).toHaveLength(1);
  });
});
