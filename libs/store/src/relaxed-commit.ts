import { sql } from 'kysely';

/**
 * In the `from` of a single statement: its commit does not wait for the disk. Only for what costs nothing when a crash of the
 * database loses its last moments: a lost lease or a lost "nothing new" means that the target is polled once more.
 */
export const relaxedCommit = sql`(select set_config('synchronous_commit', 'off', true)) as relaxed`;
