import { describe, expect, it } from '@jest/globals';
import { waitForDatabase } from './wait.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const wrongPassword = Object.assign(new Error('password authentication failed'), { code: '28P01' });

/** A database that fails so often before it answers. */
function database(failures: number, error: Error = refused) {
  const seen = { asked: 0, lines: [] as string[] };
  const ask = async (): Promise<void> => {
    seen.asked += 1;
    if (seen.asked <= failures) throw error;
  };
  const log = { warn: (message: string) => void seen.lines.push(message) };
  return { seen, ask, log };
}

describe('waiting for the database', () => {
  it('goes on when it answers, and says meanwhile that it waits, not each time', async () => {
    const { seen, ask, log } = database(12);
    await waitForDatabase(ask, { seconds: 20, log, pauseMs: 0 });
    expect(seen.asked).toBe(13);
    expect(seen.lines).toEqual(Array<string>(3).fill('waiting for the database'));
  });

  it('ends with the last error when the time is over', async () => {
    const { seen, ask, log } = database(Infinity);
    await expect(waitForDatabase(ask, { seconds: 3, log, pauseMs: 0 })).rejects.toBe(refused);
    expect(seen.asked).toBe(4);
  });

  it.each([
    ['where waiting does not help', 20, wrongPassword],
    ['where nobody asked it to wait', 0, refused],
  ])('ends at once %s', async (_, seconds, error) => {
    const { seen, ask, log } = database(Infinity, error);
    await expect(waitForDatabase(ask, { seconds, log, pauseMs: 0 })).rejects.toBe(error);
    expect(seen).toEqual({ asked: 1, lines: [] });
  });
});
