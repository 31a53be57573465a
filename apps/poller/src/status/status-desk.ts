import { patiently } from '#platform';
import type { DatabaseStatus } from '#store';
import type { LookedUp, StatusFacts } from './facts.ts';
import { statusFrom, tenantsToShow, type Status } from './status.ts';
import { symptomsOf } from './symptoms.ts';

export interface StatusPorts {
  /** Epoch ms. */
  now(): number;
  services(): Promise<StatusFacts['services']>;
  /** What is known without asking anybody. */
  known(): Pick<StatusFacts, 'relay' | 'tenants' | 'silent' | 'breakers'>;
  /** @param polled ids of tenants @throws when the database does not answer */
  database(polled: readonly string[]): Promise<DatabaseStatus>;
  lookUp(tenant: string): Promise<LookedUp>;
  /** Told why the database does not answer. */
  onError(error: unknown): undefined;
}

/** However many look, everything is asked once in this time. */
const keptMs = 5000;
/** Longer than it takes to ask the database for all of its parts when it is slow. */
const patienceMs = 9000;

/** Puts the status together, and has it at hand for whoever looks next. */
export class StatusDesk {
  readonly #ports: StatusPorts;
  #last: { readonly status: Promise<Status>; readonly until: number } | undefined;

  constructor(ports: StatusPorts) {
    this.#ports = ports;
  }

  /** Whatever does not answer is a part of the status. */
  status(): Promise<Status> {
    const now = this.#ports.now();
    if (this.#last === undefined || this.#last.until <= now) {
      const status = this.#look(now);
      this.#last = { status, until: Infinity };
      const done = (until: number) => () => (this.#last = { status, until });
      // What takes long is asked once at a time, too.
      status.then(done(now + keptMs), done(now));
    }
    return this.#last.status;
  }

  async #look(at: number): Promise<Status> {
    const known = this.#ports.known();
    const polled = known.tenants.flatMap(({ id, paused }) => (paused ? [] : [id]));
    const asked = this.#ports.database(polled).catch((error: unknown) => this.#ports.onError(error));
    const [services, database] = await Promise.all([this.#ports.services(), patiently(patienceMs, asked)]);
    const facts = { ...known, at, services, database };
    const shown = tenantsToShow(facts, symptomsOf(facts));
    const lookedUp = shown.map(async ({ id }) => [id, await this.#ports.lookUp(id)] as const);
    return statusFrom(facts, new Map(await Promise.all(lookedUp)));
  }
}
