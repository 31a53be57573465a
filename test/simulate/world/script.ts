import { random, type Random } from '../../simulator/random.ts';
import { views } from './bodies.ts';
import { versionOf, type Ledger, type Story } from './ledger.ts';
import type { ResourceName } from '../resources.ts';

const day = 86_400_000;
const kept = '820000000';

/** One thing that happens in an athlete's account. */
export interface Deed {
  /** Ms from the beginning. */
  readonly at: number;
  readonly athlete: string;
  /** What it is drawn from, so that it stays the same when others are left out. */
  readonly key: string;
}

/** Draws what athletes do in `lengthMs` from the beginning. */
export function drawDeeds(seed: string, athletes: readonly string[], lengthMs: number): readonly Deed[] {
  const draw = random(`${seed}/deeds`);
  const count = draw.int(5, 9) * athletes.length;
  return Array.from({ length: count }, (_, index) => ({
    at: draw.int(0, lengthMs),
    athlete: draw.pick(athletes),
    key: `${seed}/deed/${index}`,
  })).toSorted((a, b) => a.at - b.at);
}

/** Writes into the ledger what athletes do. */
export class Script {
  readonly #ledger: Ledger;
  /** Older days belong to the history before the consent. */
  readonly #firstDay: string;
  #draw: Random = random('');
  #version = 0;

  /** @param start epoch ms */
  constructor(ledger: Ledger, start: number) {
    this.#ledger = ledger;
    this.#firstDay = dayOf(start);
  }

  /** What an athlete has from the beginning and keeps: of one who has nothing at all, nothing is believed to be gone. */
  begin(athlete: string, now: number): void {
    this.#write(athlete, 'favorites', undefined, { key: kept, date: null }, now);
  }

  /** @param now epoch ms @returns what happens, for the trace */
  do({ athlete, key }: Deed, now: number): string {
    this.#draw = random(key);
    const dice = this.#draw.int(1, 100);
    if (dice <= 40) return this.#night(athlete, now);
    return this.#item(athlete, dice <= 75 ? 'calendar' : 'favorites', now);
  }

  /** One computation writes the night and its recharge together; seldom one of them is deleted. */
  #night(athlete: string, now: number): string {
    const [, date = ''] = [this.#firstDay, dayOf(now - this.#draw.int(0, 1) * day)].toSorted();
    const [sleep, recharge] = (['sleeps', 'nightly-recharge-results'] as const).map((resource) =>
      this.#ledger.of(athlete, resource).find(({ key }) => key === date),
    );
    const isDeleted = sleep !== undefined && versionOf(sleep) !== null && this.#draw.chance(0.15);
    if (isDeleted) return this.#delete(sleep, now);
    this.#write(athlete, 'sleeps', sleep, { key: date, date }, now);
    return this.#write(athlete, 'nightly-recharge-results', recharge, { key: date, date }, now);
  }

  #item(athlete: string, resource: 'calendar' | 'favorites', now: number): string {
    const known = this.#ledger.of(athlete, resource);
    const there = known.filter((story) => versionOf(story) !== null);
    if (there.length === 0 || this.#draw.chance(0.4)) {
      const key = resource === 'calendar' ? new Date(now).toISOString() : String(820_000_001 + this.#version);
      const date = resource === 'calendar' ? key.slice(0, 10) : null;
      return this.#write(athlete, resource, undefined, { key, date }, now);
    }
    const story = this.#draw.pick(there);
    if (story.key !== kept && this.#draw.chance(0.4)) return this.#delete(story, now);
    return this.#write(athlete, resource, story, story, now);
  }

  #write(
    athlete: string,
    resource: ResourceName,
    story: Story | undefined,
    { key, date }: { readonly key: string; readonly date: string | null },
    now: number,
  ): string {
    this.#version += 1;
    if (story === undefined) this.#ledger.add({ athlete, resource, key, date }, now, this.#version);
    else this.#ledger.note(story, now, this.#version);
    return `${athlete} ${resource} ${key} is now v${this.#version}`;
  }

  #delete(story: Story, now: number): string {
    this.#ledger.note(story, now, null);
    return `${story.athlete} ${story.resource} ${story.key} is deleted`;
  }
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

export function resourceAt(path: string): ResourceName | undefined {
  return (Object.keys(views) as ResourceName[]).find((name) => views[name].path === path);
}
