import { describe, expect, it } from '@jest/globals';
import { BridgeError } from '#core';
import { failureOf } from './failures.ts';
import { atPlaces } from './places.ts';

const places = { DATABASE_URL: 'postgres://me:hunter2@db:5433/bridge', KAFKA_BROKERS: 'a:9092,b:9092' };
async function failing(error: unknown): Promise<ReturnType<typeof failureOf> | undefined> {
  try {
    await atPlaces(places, async () => {
      throw error;
    });
  } catch (thrown) {
    return failureOf(thrown);
  }
  return undefined;
}
const coded = (code: string, more: object = {}): Error =>
  Object.assign(new Error(`connect ${code}`), { code, ...more });

describe('what a command goes to by itself', () => {
  it.each<[number, string, unknown]>([
    [3, 'PostgreSQL at db:5433, database bridge (DATABASE_URL): nothing listens there.\n', coded('ECONNREFUSED')],
    [3, '(DATABASE_URL): the host is not known here.\n', coded('ENOTFOUND')],
    [3, '(DATABASE_URL): no answer.\n', new Error('timeout exceeded when trying to connect')],
    [1, '(DATABASE_URL): user or password is refused.\n', coded('28P01', { severity: 'FATAL' })],
    [1, 'The database was not migrated: run', coded('42P01', { severity: 'ERROR' })],
    [1, '(DATABASE_URL): there is no such database.\n', coded('3D000', { severity: 'FATAL' })],
    [
      3,
      'Kafka at a:9092,b:9092 (KAFKA_BROKERS): nothing listens there.\n',
      Object.assign(new Error('Connection error'), { name: 'KafkaJSNonRetriableError', cause: coded('ECONNREFUSED') }),
    ],
  ])('ends with %i and says: %s', async (exitCode, text, error) => {
    const told = await failing(error);
    expect(told).toMatchObject({ exitCode, text: expect.stringContaining(text) });
    expect(told?.text).not.toContain('hunter2');
  });

  it('leaves what is nobody else to say', async () => {
    expect(await atPlaces(places, () => Promise.resolve(1))).toBe(1);
    expect(await failing(new BridgeError('TOPIC_INVALID', 'no such topic'))).toEqual({
      exitCode: 1,
      text: 'no such topic\n',
    });
    expect((await failing(new TypeError('no')))?.text).toContain('TypeError: no');
  });
});
