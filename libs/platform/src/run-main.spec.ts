import { describe, expect, it } from '@jest/globals';
import { explain, runMain } from './run-main.ts';

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
});
