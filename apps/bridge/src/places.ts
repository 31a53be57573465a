import { isBridgeError } from '#core';
import { isPassing, reasonOf } from '#platform/program';
import { faultOf } from './doctor/fault.ts';
import { hostOf } from './doctor/places.ts';
import { isUnreachable, UnreachableError, WrongError } from './failures.ts';

interface Places {
  readonly DATABASE_URL: string;
  /** As the setting has it: comma separated. */
  readonly KAFKA_BROKERS?: string;
}

/**
 * Does what goes to the database or to Kafka by itself, and says which one it was that failed.
 * @throws UnreachableError when it does not answer, and WrongError when it refuses
 */
export async function atPlaces<T>(places: Places, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const where = isBridgeError(error) ? undefined : placeOf(places, error);
    if (where === undefined) throw error;
    if (isUnmigrated(error)) throw new WrongError(`${where}: ${reasonOf(error)}`, { cause: error });
    const { line, advice } = faultOf(where, error);
    const Failure = isUnreachable(error) ? UnreachableError : WrongError;
    throw new Failure(`${line}\n${advice ?? ''}`, { cause: error });
  }
}

/** SQLSTATE of no such table, and of no such role. */
const isUnmigrated = (error: unknown): boolean => /^(42P01|22023)$/.test(String((error as { code?: unknown }).code));

/** Without user and password. */
function placeOf({ DATABASE_URL, KAFKA_BROKERS = '' }: Places, error: unknown): string | undefined {
  const { name, severity } = (error ?? {}) as { name?: unknown; severity?: unknown };
  if (String(name).startsWith('KafkaJS')) return `Kafka at ${KAFKA_BROKERS} (KAFKA_BROKERS)`;
  // What PostgreSQL itself says has a severity.
  if (severity === undefined && !isPassing(error)) return undefined;
  const database = decodeURIComponent(new URL(DATABASE_URL).pathname.slice(1));
  return `PostgreSQL at ${hostOf(DATABASE_URL)}${database === '' ? '' : `, database ${database}`} (DATABASE_URL)`;
}
