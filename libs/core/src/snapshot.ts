import type { LocalDate } from './calendar.ts';

/** What is remembered of one identity: hashes and markers, no health data. */
export interface Snapshot {
  readonly entity: string;
  readonly identity: readonly string[];
  readonly date: LocalDate | null;
  readonly marker: string | null;
  /** Hash of the canonical content; null while only a listing has told of it. */
  readonly hash: string | null;
  /** One short hash per top-level field. */
  readonly fields: Readonly<Record<string, string>>;
  readonly revision: number;
  /** Epoch ms of the last change of the content. */
  readonly changedAt: number;
  /** Epoch ms of the first complete listing that lacked it, or null. */
  readonly missingSince: number | null;
  /** Epoch ms of its deletion, or null. Kept, so that a return continues the revisions. */
  readonly goneAt: number | null;
  /** The revision that was declared final, or null. */
  readonly finalisedRevision: number | null;
}

/** The snapshots that a diff needs: those of the fetched identities, and all main entities in the listed ranges. */
export class KnownSnapshots {
  readonly #byKey: ReadonlyMap<string, Snapshot>;

  constructor(snapshots: readonly Snapshot[]) {
    this.#byKey = new Map(snapshots.map((snapshot) => [snapshotKey(snapshot.entity, snapshot.identity), snapshot]));
  }

  get(entity: string, identity: readonly string[]): Snapshot | undefined {
    return this.#byKey.get(snapshotKey(entity, identity));
  }

  /** What is known of an identity, or of the parts of it that a listing does not tell apart (a day of several devices). */
  under(entity: string, identity: readonly string[]): readonly Snapshot[] {
    const exact = this.get(entity, identity);
    if (exact !== undefined) return [exact];
    return this.all().filter((one) => one.entity === entity && identity.every((part, at) => part === one.identity[at]));
  }

  all(): readonly Snapshot[] {
    return [...this.#byKey.values()];
  }
}

/** How an identity is written in the database and in maps. */
export function identityText(identity: readonly string[]): string {
  return JSON.stringify(identity);
}

export function snapshotKey(entity: string, identity: readonly string[]): string {
  return `${entity} ${identityText(identity)}`;
}
