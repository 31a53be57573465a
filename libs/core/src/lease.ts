/** Who works on something, and how long nobody else may. */
export interface Lease {
  readonly owner: string | null;
  /** RFC 3339. */
  readonly leaseUntil: string | null;
}

/** A lane that is further behind does not catch up with a burst any more, and somebody should look. */
export const longestLagSeconds = 60;

/**
 * Whether somebody holds it still: an owner that was killed stays named after its lease.
 * @param now epoch ms
 */
export const isHeld = ({ owner, leaseUntil }: Lease, now: number): boolean =>
  owner !== null && leaseUntil !== null && Date.parse(leaseUntil) > now;
