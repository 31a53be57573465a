import { describe, expect, it } from '@jest/globals';
import { CommanderError } from 'commander';
import { BridgeError } from '#core';
import { failureOf, settings, UnreachableError, UsageError, WrongError } from './failures.ts';

const coded = (code: string): Error => Object.assign(new Error(`connect ${code}`), { code });

describe('the status after a failure', () => {
  it.each<[number, string, unknown]>([
    [0, 'help that was asked for', new CommanderError(0, 'commander.helpDisplayed', '')],
    [2, 'an unknown command', new CommanderError(1, 'commander.unknownCommand', 'error: unknown command')],
    [2, 'a wrong setting', new UsageError('ADMIN_TOKEN: not set')],
    [1, 'a refusal', new WrongError('refused')],
    [1, 'a finding that was told already', new WrongError()],
    [3, 'a service that is away', new UnreachableError('nothing listens')],
    [3, 'a database that is away', coded('ECONNREFUSED')],
    [3, 'a database with several addresses', new AggregateError([coded('ECONNREFUSED')], '')],
    [3, 'a database that starts', coded('57P03')],
    [3, 'a database without a connection left', new Error('timeout exceeded when trying to connect')],
    [3, 'a connection that was cut', new TypeError('terminated', { cause: coded('UND_ERR_SOCKET') })],
    [3, 'a broker that is away', new BridgeError('BROKER_UNAVAILABLE', 'the broker is away')],
    [1, 'a foreseen failure', new BridgeError('TOPIC_INVALID', 'no such topic')],
    [1, 'what nobody foresaw', new TypeError('undefined is not a function')],
  ])('is %i for %s', (exitCode, _, error) => {
    expect(failureOf(error).exitCode).toBe(exitCode);
  });

  it('comes with one text, and none where all was told', () => {
    expect(failureOf(new WrongError()).text).toBe('');
    expect(failureOf(new CommanderError(1, 'commander.unknownCommand', 'error')).text).toBe('');
    expect(failureOf(new UsageError('ADMIN_TOKEN: not set')).text).toBe('ADMIN_TOKEN: not set\n');
    expect(failureOf(coded('ECONNREFUSED')).text).toContain('Nothing listens at that address');
  });

  it('repeats no password', () => {
    for (const error of [
      new UsageError('POLLER_URL: http://me:hunter2@host'),
      new UnreachableError('x://me:hunter2@host'),
    ])
      expect(failureOf(error).text).not.toContain('hunter2');
  });

  it('takes wrong settings for wrong usage, and nothing else', () => {
    const load = (error: Error) => () => {
      throw error;
    };
    expect(() => settings(load(new BridgeError('CONFIG_INVALID', 'X: not set')))).toThrow(UsageError);
    expect(() => settings(load(new TypeError('no')))).toThrow(TypeError);
    expect(settings(() => 1)).toBe(1);
  });
});
