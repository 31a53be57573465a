import { random } from '../random.ts';
import { DEFINITIONS } from '../resources/definitions.ts';
import type { Switches } from '../switches.ts';
import { FACTS } from './facts.ts';
import { genesis, sharedGenesis, type GenesisOptions } from './genesis.ts';
import { History, type Seen, type Sighting } from './history.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import { everyone, profile, type Profile } from './profile.ts';

const SHARED: ReadonlySet<string> = new Set(
  DEFINITIONS.filter(({ isShared }) => isShared).map(({ resource }) => resource),
);

export interface WorldOptions {
  readonly seed: string;
  readonly days: number;
  readonly lateNights: number;
  readonly switches: Switches;
  readonly now: () => number;
}

export interface Athlete {
  readonly profile: Profile;
  /** Has given a grant to its client. */
  connected: boolean;
  /** Has withdrawn the consent in his account. */
  revoked: boolean;
}

export interface StepRequest {
  readonly athlete?: string;
  readonly fact?: string;
  readonly count?: number;
}

export interface AthleteSighting extends Sighting {
  readonly athlete: string;
}

/** Athletes, what is known of them, and what happens to them. A history is written when somebody first asks for it. */
export class World {
  readonly ledger = new Ledger();
  readonly athletes: Athlete[] = [];
  private readonly byName = new Map<string, Athlete>();
  private readonly histories = new Map<string, History>();
  private readonly shared = new Map<string, History>();
  /** Who has seen which revision of what is shared. */
  private readonly sightings = new Map<string, Set<string>>();
  private readonly options: WorldOptions;
  private turn = 0;

  constructor(options: WorldOptions) {
    this.options = options;
  }

  add(client: string, count: number): readonly Athlete[] {
    const added = Array.from({ length: count }, (_, index) => {
      const who = profile(this.options.seed, this.athletes.length + index + 1, client);
      return { profile: who, connected: false, revoked: false };
    });
    for (const athlete of added) {
      this.athletes.push(athlete);
      this.byName.set(athlete.profile.name, athlete);
    }
    return added;
  }

  find(name: string): Athlete | undefined {
    return this.byName.get(name);
  }

  of(client: string): readonly Athlete[] {
    return this.athletes.filter((athlete) => athlete.profile.client === client);
  }

  connected(): readonly Athlete[] {
    return this.athletes.filter((athlete) => athlete.connected);
  }

  isWritten(athlete: Athlete): boolean {
    return this.histories.has(athlete.profile.name);
  }

  /** Who an athlete is now: a journey gives him another offset. */
  profileOf(athlete: Athlete): Profile {
    return this.isWritten(athlete) ? this.history(athlete).athlete : athlete.profile;
  }

  history(athlete: Athlete): History {
    const known = this.histories.get(athlete.profile.name);
    if (known) return known;
    const history = new History(athlete.profile, this.ledger, this.sharedBy(athlete.profile.client));
    genesis(history, this.genesisOptions());
    this.histories.set(athlete.profile.name, history);
    return history;
  }

  /** What all athletes of a client have in common; in the ledger under the name `CLIENT/*`. */
  private sharedBy(client: string): History {
    const known = this.shared.get(client);
    if (known) return known;
    const history = new History(everyone(this.options.seed, client), this.ledger);
    sharedGenesis(history, this.genesisOptions());
    this.shared.set(client, history);
    return history;
  }

  private genesisOptions(): GenesisOptions {
    const { days, lateNights, now, switches } = this.options;
    const { session_ids: ids, ppi_full_day: ppiFullDay, mix } = switches;
    return { now: now(), days, lateNights, ids, ppiFullDay, mix };
  }

  /** Lets things happen now. Without a name: to the connected athletes in turn, or to all if none is connected. */
  step({ athlete, fact, count = 1 }: StepRequest = {}): LedgerEntry[] {
    if (fact !== undefined && !(fact in FACTS)) throw new Error(`no fact is called ${fact}`);
    const entries: LedgerEntry[] = [];
    for (let nr = 0; nr < count; nr += 1) {
      const who = athlete === undefined ? this.next() : this.find(athlete);
      if (who === undefined) throw new Error(`no athlete is called ${athlete ?? 'anything: there are none'}`);
      entries.push(...this.stepOf(who, fact));
    }
    return entries;
  }

  observe(sightings: readonly AthleteSighting[]): Record<'accepted' | 'stale' | 'unknown', number> {
    const sums = { accepted: 0, stale: 0, unknown: 0 };
    for (const sighting of sightings) {
      sums[this.observeOne(sighting)] += 1;
    }
    return sums;
  }

  private observeOne(sighting: AthleteSighting): Seen {
    const athlete = this.find(sighting.athlete);
    if (athlete === undefined) {
      const shared = [...this.shared.values()].find((history) => history.athlete.name === sighting.athlete);
      return shared?.observe(sighting) ?? 'unknown';
    }
    return SHARED.has(sighting.resource)
      ? this.observeShared(athlete, sighting)
      : this.history(athlete).observe(sighting);
  }

  /** What the athletes of a client have in common is seen when all of them who are connected have seen it. */
  private observeShared({ profile }: Athlete, sighting: AthleteSighting): Seen {
    const shared = this.sharedBy(profile.client);
    const seen = shared.judge(sighting);
    if (seen !== 'accepted') return seen;
    const revision = shared.get(sighting.resource, sighting.identity)?.revision;
    const key = [profile.client, sighting.resource, ...sighting.identity, revision].join('|');
    const names = (this.sightings.get(key) ?? new Set()).add(profile.name);
    this.sightings.set(key, names);
    const crowd = this.of(profile.client).filter(({ connected }) => connected);
    return crowd.every((one) => names.has(one.profile.name)) ? shared.observe(sighting) : seen;
  }

  private next(): Athlete | undefined {
    const connected = this.connected();
    const crowd = connected.length > 0 ? connected : this.athletes;
    this.turn += 1;
    return crowd[this.turn % crowd.length];
  }

  /** One watch sync: facts are tried in an order drawn by weight, until one finds something to happen to. */
  private stepOf(athlete: Athlete, only: string | undefined): readonly LedgerEntry[] {
    const history = this.history(athlete);
    const { switches, now } = this.options;
    history.steps += 1;
    const draw = random(`${history.athlete.key}/step/${history.steps}`);
    const scene = {
      history,
      now: now(),
      draw,
      ids: switches.session_ids,
      ppiFullDay: switches.ppi_full_day,
      isFree: (...item: Parameters<History['isSeen']>) =>
        !switches.hold_until_observed || (history.isSeen(...item) && history.shared.isSeen(...item)),
    };
    const order = only === undefined ? drawn(switches.mix, () => draw.next()) : [only];
    for (const name of order) {
      const entries = FACTS[name]?.happen(scene) ?? [];
      if (entries.length > 0) return entries;
    }
    return [];
  }
}

/** All facts with a weight, each place drawn in proportion to it (Efraimidis and Spirakis: the largest u^(1/w) first). */
function drawn(mix: Switches['mix'], next: () => number): readonly string[] {
  return Object.entries(FACTS)
    .map(([name, fact]) => ({ name, weight: mix[name] ?? fact.weight }))
    .filter(({ weight }) => weight > 0)
    .map(({ name, weight }) => ({ name, rank: next() ** (1 / weight) }))
    .sort((a, b) => b.rank - a.rank)
    .map(({ name }) => name);
}
