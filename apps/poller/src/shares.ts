import type { Share } from '#store';

/** What a tenant could have leased: what is due of each kind, at most `most` of both. */
export interface Demand {
  readonly tenant: string;
  readonly live: number;
  readonly backfill: number;
  readonly most: number;
}

/** Share of a tenant's room that is kept for backfills, or live polls that are always due would shut them out. */
const backfillShare = 0.2;

/**
 * Who may lease how much: to each tenant the same, and what some leave to those who could use more, so that no tenant's
 * backlog takes it all.
 * @param random between 0 and 1: of a room of two places a fifth is a whole place now and then
 */
export function fairShares(room: number, demands: readonly Demand[], random: () => number): readonly Share[] {
  let left = room;
  const modestFirst = demands.toSorted((a, b) => totalOf(a) - totalOf(b));
  return modestFirst.flatMap((demand, index) => {
    const given = Math.min(totalOf(demand), Math.ceil(left / (demands.length - index)));
    left -= given;
    return sharesOf(demand, given, random).filter(({ most }) => most > 0);
  });
}

export function totalOf({ live, backfill, most }: Demand): number {
  return Math.min(live + backfill, most);
}

function sharesOf({ tenant, live, backfill }: Demand, given: number, random: () => number): readonly Share[] {
  const kept = Math.min(backfill, Math.floor(given * backfillShare + random()));
  const backfills = Math.min(backfill, given - Math.min(live, given - kept));
  return [
    { tenant, kind: 'live', most: given - backfills },
    { tenant, kind: 'backfill', most: backfills },
  ];
}
