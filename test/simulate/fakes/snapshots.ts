import {
  identityText,
  KnownSnapshots,
  mainEntity,
  snapshotKey,
  type Fetched,
  type PartThatWent,
  type Snapshot,
  type Tick,
} from '#core';

/** What is remembered of every identity, as `snapshots.ts` of libs/store keeps it. */
export class MemorySnapshots {
  readonly #stored = new Map<string, Map<string, Snapshot>>();

  /** What a diff of these answers needs: the fetched identities, and the main entities of the listed days. */
  known(tick: Tick, fetched: readonly Fetched[]): KnownSnapshots {
    const found = fetched.filter(({ failure }) => failure === undefined);
    if (found.length === 0) return new KnownSnapshots([]);
    const facts = found.flatMap((one) => one.facts);
    const asked = new Set(facts.map(({ entity, identity }) => snapshotKey(entity, identity)));
    const listed = found.filter(({ window }) => window.phase === 'list').map(({ window }) => window);
    const main = mainEntity(tick.resource);
    const isListed = ({ entity, date, goneAt }: Snapshot): boolean =>
      entity === main &&
      goneAt === null &&
      (date === null
        ? tick.resource.request.shape === 'whole'
        : listed.some(({ from, to }) => from <= date && date < to));
    const stored = [...this.#of(tick)];
    return new KnownSnapshots(stored.flatMap(([key, one]) => (asked.has(key) || isListed(one) ? [one] : [])));
  }

  /** @returns the parts that are gone with an item that is deleted */
  write(tick: Tick, snapshots: readonly Snapshot[]): readonly PartThatWent[] {
    const stored = this.#of(tick);
    const parts: PartThatWent[] = [];
    for (const one of snapshots) stored.set(snapshotKey(one.entity, one.identity), one);
    for (const { identity, goneAt } of snapshots) {
      if (goneAt === null) continue;
      const parent = identityText(identity).slice(0, -1);
      for (const [key, part] of stored) {
        const text = identityText(part.identity);
        if (part.goneAt !== null || !(text.startsWith(`${parent},`) || text === `${parent}]`)) continue;
        const went = { ...part, goneAt: tick.at, revision: part.revision + 1 };
        stored.set(key, went);
        parts.push(went);
      }
    }
    return parts;
  }

  #of({ connection, resource }: Tick): Map<string, Snapshot> {
    const key = `${connection.id} ${resource.name}`;
    const known = this.#stored.get(key) ?? new Map<string, Snapshot>();
    this.#stored.set(key, known);
    return known;
  }
}
