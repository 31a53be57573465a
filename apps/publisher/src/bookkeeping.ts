/** Where the lanes' positions stand in Kafka: as offsets that consumer groups have committed, one partition per lane. */
export interface Bookkeeping {
  readonly group: string;
  /** Of the last parked row that was released. */
  readonly releases: string;
  readonly topic: string;
}

export function bookkeepingOf(deployment: string): Bookkeeping {
  return { group: `${deployment}-relay`, releases: `${deployment}-relay-releases`, topic: `${deployment}.lanes` };
}

/** Kafka lets one producer at a time have it. */
export function transactionalIdOf(deployment: string, lane: number): string {
  return `${deployment}-lane-${lane}`;
}

/** Where a replay's positions stand, beside those of the lanes; its transactional id, too. */
export function replayGroupOf(deployment: string, replay: string): string {
  return `${deployment}-relay-replay-${replay}`;
}

/** Reads what was published, after a database was restored. */
export function recoveryGroupOf(deployment: string): string {
  return `${deployment}-relay-recovery`;
}
