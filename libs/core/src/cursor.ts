import type { LocalDate } from './calendar.ts';

/** A local day that has to be read again, and why. */
export interface Want {
  /** RFC 3339: when the reason arose. A want that arises anew while the day is being fetched is not served by that fetch. */
  readonly since: string;
  /** Failed tries so far. */
  readonly tries: number;
  /** Epoch ms; not read before. */
  readonly notBefore: number;
  /** Epoch ms of the last failed try, or of the failed range that made it a suspect. */
  readonly failedAt?: number;
  /** RFC 3339: given up for now, told by PollWindowSkipped, tried again rarely. */
  readonly skippedAt?: string;
}

/** Names a backfill in its events. `to` is exclusive. */
export interface Backfill {
  readonly startedAt: string;
  readonly from: LocalDate;
  readonly to: LocalDate;
  /** What began it, if it was not the connect: a demand, or a watch that came back after a while. */
  readonly origin?: 'demand' | 'device';
  /** Requests that it has cost so far. */
  readonly requests?: number;
  /** Events that it has told so far, by type. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** How far the days are that are older than the watched range: they are listed again rarely, one part at a time. */
export interface OlderDays {
  /** Epoch ms that the next part counts from: about when the last one was listed. */
  readonly at: number;
  /** Where the next part ends, exclusive; newest first. */
  readonly to: LocalDate;
  /** A part that lacks something: listed again not before then (epoch ms), to confirm its deletion. */
  readonly again?: { readonly from: LocalDate; readonly to: LocalDate; readonly notBefore: number };
}

/** Where a poll target stands: kept in the database, changed only by `settle`. Dates are local days. */
export interface Cursor {
  /** Epoch ms of the last complete listing. */
  readonly listedAt?: number;
  /** The local day on which that was. Stays when a listing is asked for before its time. */
  readonly listedOn?: LocalDate;
  /** When somebody asked for a listing before its time. A demand that arises anew while a poll is under way is not served by it. */
  readonly demandedAt?: string;
  /** Days whose detail is to be read. */
  readonly wanted: Readonly<Record<LocalDate, Want>>;
  /** Days that fail inside a listing, read alone until they succeed. */
  readonly suspects: Readonly<Record<LocalDate, Want>>;
  /** Epoch ms of the last detail read, for the sweep. */
  readonly readAt: Readonly<Record<LocalDate, number>>;
  /** Epoch ms of the last change of days that are not final yet. */
  readonly open: Readonly<Record<LocalDate, number>>;
  /** Backfill only: what is still to be listed, `to` exclusive. Newest days go first, so `to` moves towards `from`. */
  readonly remaining?: { readonly from: LocalDate; readonly to: LocalDate };
  /** Backfill only. */
  readonly backfill?: Backfill;
  /** Live only. */
  readonly older?: OlderDays;
  /** Live only: the first day that a backfill has brought, where it is another one than the tenant asks for. */
  readonly historyFrom?: LocalDate;
  /** RFC 3339: since when the target has been failing, while SyncStalled is out and SyncRecovered is due. */
  readonly stalledSince?: string;
  /** Epoch ms of the last poll that was answered and had no request left for a day: who has failed before it is tried again without another proof. */
  readonly answeredAt?: number;
  /** Epoch ms: an identity was missing from a listing; list again then to confirm its deletion. */
  readonly confirmAt?: number;
}

export const emptyCursor: Cursor = Object.freeze({ wanted: {}, suspects: {}, readAt: {}, open: {} });

export function readCursor(stored: unknown): Cursor {
  return { ...emptyCursor, ...(typeof stored === 'object' && stored !== null ? stored : {}) };
}

/** Whether any of the days is still to be read, other than those given up for now. */
export function hasPending(days: Cursor['wanted']): boolean {
  return Object.values(days).some(({ skippedAt }) => skippedAt === undefined);
}
