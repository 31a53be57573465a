import { BridgeError } from '#core';
import type { Database, Trx } from './database.ts';

/**
 * SQLSTATE of what passes by itself: a serialisation failure, a deadlock, a lock that was not to be had in time, and a session
 * that was ended because it stood still.
 */
const conflicts = new Set(['40001', '40P01', '55P03', '25P03']);

export const isConflict = (error: unknown): boolean => conflicts.has(stateOf(error));

const stateOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** A transaction whose conflicts are told as such. @throws BridgeError DATABASE_CONFLICT */
export async function transact<T>(db: Database, work: (trx: Trx) => Promise<T>): Promise<T> {
  try {
    return await db.transaction().execute(work);
  } catch (error) {
    if (!isConflict(error)) throw error;
    throw new BridgeError('DATABASE_CONFLICT', 'Somebody else holds what has to be changed; it can be tried again', {
      cause: error,
    });
  }
}
