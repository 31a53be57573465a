import type { ChangeKind, Ledger, LedgerEntry } from './ledger.ts';
import type { Profile } from './profile.ts';
import { chainOf, identityOf, RESOURCES, type Resource, type Values } from './resources.ts';

/** One item that exists now. */
export interface Item<R extends Resource = Resource> {
  value: Values[R];
  version: number;
  revision: number;
  /** The version that last changed the content: what somebody has to have seen. */
  contentVersion: number;
  observed: boolean;
}

export interface Sighting {
  readonly resource: Resource;
  readonly identity: readonly string[];
  /** One of the two. */
  readonly version?: number;
  readonly revision?: number;
}

export type Seen = 'accepted' | 'stale' | 'unknown';

type Kept = { readonly [R in Resource]: Map<string, Item<R>> };

/** One athlete's data as it stands, and the only hand that writes it into the ledger. */
export class History {
  /** As he is now: a journey gives him another offset, and what was recorded before keeps the old one. */
  athlete: Profile;
  private readonly ledger: Ledger;
  private readonly kept: Kept;
  private readonly wide: History | undefined;
  private readonly ids = new Map<Resource, number>();
  private readonly deleted = new Set<string>();
  private isRecording = true;
  private lastStamp = 0;
  /** How many steps and sessions there have been: what the next draw starts with. */
  steps = 0;
  sessions = 0;

  constructor(athlete: Profile, ledger: Ledger, wide?: History) {
    this.athlete = athlete;
    this.ledger = ledger;
    this.wide = wide;
    this.kept = Object.fromEntries(RESOURCES.map((resource) => [resource, new Map()])) as unknown as Kept;
  }

  /** What all athletes of the client have in common. */
  get shared(): History {
    return this.wide ?? this;
  }

  /** An instant for a `modified`: never twice the same within an athlete, never going back. */
  stamp(now: number): number {
    this.lastStamp = Math.max(Math.floor(now), this.lastStamp + 1);
    return this.lastStamp;
  }

  /** An id that no other item of the resource has, of any athlete: a uint64 in a string. */
  nextId(resource: Resource): string {
    const nr = (this.ids.get(resource) ?? 0) + 1;
    this.ids.set(resource, nr);
    const digits = (value: number, count: number) => String(value).padStart(count, '0');
    return `${50 + RESOURCES.indexOf(resource)}${digits(this.athlete.serial, 6)}${digits(nr, 5)}`;
  }

  get<R extends Resource>(resource: R, identity: readonly string[]): Item<R> | undefined {
    return this.kept[resource].get(identity.join('|'));
  }

  all<R extends Resource>(resource: R): Values[R][] {
    return [...this.kept[resource].values()].map((item) => item.value);
  }

  /** What was deleted has no place in time to come back at: who watches may not have seen yet that it is gone. */
  wasDeleted(resource: Resource, identity: readonly string[]): boolean {
    return this.deleted.has([resource, ...identity].join('|'));
  }

  /** Whether every item of the chain has been seen as it is now; true also of what does not exist. */
  isSeen(resource: Resource, identity: readonly string[]): boolean {
    return chainOf(resource, identity).every(([name, id]) => this.get(name, id)?.observed !== false);
  }

  /** Somebody saw an item. A version that has been overtaken says nothing, and neither does an unknown item. */
  observe(sighting: Sighting): Seen {
    const seen = this.judge(sighting);
    const item = this.get(sighting.resource, sighting.identity);
    if (item !== undefined && seen === 'accepted') item.observed = true;
    return seen;
  }

  /** Whether a sighting is one of the item as it is now. */
  judge({ resource, identity, version, revision = 0 }: Sighting): Seen {
    const item = this.get(resource, identity);
    if (item === undefined) return 'unknown';
    const isCurrent = version === undefined ? revision >= item.revision : version >= item.contentVersion;
    return isCurrent ? 'accepted' : 'stale';
  }

  /** What is begun inside is there, but no part of the story: the ledger starts with its first change. */
  unrecorded(begin: () => void): void {
    this.isRecording = false;
    begin();
    this.isRecording = true;
  }

  /** History that was there before anybody looked. */
  begin<R extends Resource>(resource: R, value: Values[R], at: number): void {
    this.put(resource, value);
    if (!this.isRecording) return;
    this.ledger.record({
      at,
      athlete: this.athlete,
      resource,
      change: 'created',
      fact: 'genesis',
      version: 1,
      revision: 1,
      value,
    });
  }

  create<R extends Resource>(resource: R, value: Values[R], fact: string, at: number): LedgerEntry {
    const item = this.put(resource, value);
    return this.write(resource, item, 'created', fact, at, undefined);
  }

  update<R extends Resource>(resource: R, value: Values[R], fact: string, at: number): LedgerEntry {
    const item = this.existing(resource, value);
    const before = item.value;
    item.value = value;
    item.version += 1;
    item.revision += 1;
    item.contentVersion = item.version;
    item.observed = false;
    return this.write(resource, item, 'updated', fact, at, before);
  }

  /** The marker moves, the content does not: nothing that anybody has to see. */
  touch<R extends Resource>(resource: R, value: Values[R], fact: string, at: number): LedgerEntry {
    const item = this.existing(resource, value);
    const before = item.value;
    item.value = value;
    item.version += 1;
    return this.write(resource, item, 'touched', fact, at, before);
  }

  delete<R extends Resource>(resource: R, value: Values[R], fact: string, at: number): LedgerEntry {
    const item = this.existing(resource, value);
    this.kept[resource].delete(identityOf(resource, value).join('|'));
    this.deleted.add([resource, ...identityOf(resource, value)].join('|'));
    item.version += 1;
    item.revision += 1;
    return this.write(resource, item, 'deleted', fact, at, item.value);
  }

  private put<R extends Resource>(resource: R, value: Values[R]): Item<R> {
    const item: Item<R> = { value, version: 1, revision: 1, contentVersion: 1, observed: false };
    this.kept[resource].set(identityOf(resource, value).join('|'), item);
    return item;
  }

  private existing<R extends Resource>(resource: R, value: Values[R]): Item<R> {
    const identity = identityOf(resource, value);
    const item = this.get(resource, identity);
    if (item === undefined) throw new Error(`${this.athlete.name} has no ${resource} ${identity.join(' ')}`);
    return item;
  }

  private write<R extends Resource>(
    resource: R,
    item: Item<R>,
    change: ChangeKind,
    fact: string,
    at: number,
    before: Values[R] | undefined,
  ): LedgerEntry {
    const { version, revision, value } = item;
    const { athlete } = this;
    const written = { at, athlete, resource, change, fact, version, revision, value };
    return this.ledger.append(before === undefined ? written : { ...written, before });
  }
}
