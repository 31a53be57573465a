import { BridgeError } from '#core';
import type { Row } from './publish.ts';

/** Most rows and bytes of one transaction. */
export interface Limits {
  readonly rows: number;
  readonly bytes: number;
}

export type ReadRows = (after: number, limits: Limits) => Promise<readonly Row[]>;

export interface ClaimOptions {
  readonly lane: number;
  /** The last position that is known to be published. */
  readonly position: number;
  /** Asked for each batch. */
  readonly limits: () => Limits;
  readonly read: ReadRows;
}

/**
 * Claims a lane's rows one batch after the other. While there is a backlog, the next batch is read during the
 * transaction of the one before.
 */
export function createClaim({ lane, position, limits, read }: ClaimOptions): () => Promise<readonly Row[]> {
  let last = position;
  let ahead: Promise<readonly Row[]> | undefined;

  return async () => {
    const rows = await (ahead ?? read(last, limits()));
    ahead = undefined;
    assertGapless(lane, last, rows);
    last = rows.at(-1)?.position ?? last;
    if (isFull(rows, limits())) {
      ahead = read(last, limits());
      // Whoever awaits it gets the error; until then it must not count as unhandled.
      ahead.catch(() => undefined);
    }
    return rows;
  };
}

function isFull(rows: readonly Row[], limits: Limits): boolean {
  return rows.length >= limits.rows || rows.reduce((sum, { bytes }) => sum + bytes, 0) > limits.bytes / 2;
}

/**
 * A lane's positions are drawn under its row lock, so they have no gaps, and rows are deleted only below the resume
 * position. A gap is therefore a bug or somebody's hand, and to skip it could lose events.
 */
function assertGapless(lane: number, after: number, rows: readonly Row[]): void {
  for (const [index, { position }] of rows.entries()) {
    const expected = after + 1 + index;
    if (position !== expected) {
      throw new BridgeError(
        'LANE_GAP',
        `lane ${lane}: expected position ${expected} and found ${position}. Rows of the outbox were removed before they were published; the lane stands still until they are back or lanes.relayed is raised by hand`,
        { fields: { lane, expected, found: position } },
      );
    }
  }
}
