import { describe, expect, it } from '@jest/globals';
import { UnreachableError, WrongError } from '../failures.ts';
import { follow } from './follow.ts';

/** What is asked answers like this, one after the other. */
function answering(...answers: readonly (number | Error)[]): { ask: () => Promise<number>; told: number[] } {
  const left = [...answers];
  const ask = async (): Promise<number> => {
    const next = left.length > 1 ? left.shift() : left[0];
    if (next instanceof Error) throw next;
    return next ?? 0;
  };
  return { ask, told: [] };
}

const away = new UnreachableError('it does not answer');

describe('follow', () => {
  it('tells each state until it is over, also when nobody answers in between', async () => {
    const { ask, told } = answering(1, away, away, 2, away, 3);
    expect(
      await follow(
        ask,
        (state) => told.push(state),
        (state) => state === 3,
        0,
      ),
    ).toBe(3);
    expect(told).toEqual([1, 2, 3]);
  });

  it('gives up when nobody answers for long', async () => {
    const { ask, told } = answering(1, away);
    await expect(
      follow(
        ask,
        (state) => told.push(state),
        () => false,
        0,
      ),
    ).rejects.toBe(away);
    expect(told).toEqual([1]);
  });

  it('ends with what the service refuses', async () => {
    const refused = new WrongError('no such backfill');
    const { ask } = answering(1, refused);
    await expect(
      follow(
        ask,
        () => undefined,
        () => false,
        0,
      ),
    ).rejects.toBe(refused);
  });
});
