import type { DomainEvent } from '#core';

const bucketMs = 300_000;
const buckets = 12;

/** How long changes have waited. */
export interface SeenDelay {
  readonly changes: number;
  readonly meanSeconds: number;
}

interface Bucket {
  readonly number: number;
  changes: number;
  seconds: number;
}

/** From the moment that the provider gives for a change to its event, of live polls. */
export function delaysOf(
  events: readonly DomainEvent[],
): readonly { readonly resource: string; readonly seconds: number }[] {
  return events.flatMap(({ resource, mode, observedAt, polarModifiedAt }) => {
    if (mode !== 'live' || polarModifiedAt === null) return [];
    return [{ resource, seconds: Math.max(0, (Date.parse(observedAt) - Date.parse(polarModifiedAt)) / 1000) }];
  });
}

/** How long the changes of the last hour have waited that this replica has found: a fair sample, since replicas share all targets. */
export class ChangeDelays {
  readonly #now: () => number;
  readonly #tenants = new Map<string, Bucket[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  note(tenant: string, events: readonly DomainEvent[]): void {
    const delays = delaysOf(events);
    if (delays.length === 0) return;
    const bucket = this.#bucket(tenant);
    bucket.changes += delays.length;
    bucket.seconds += delays.reduce((sum, { seconds }) => sum + seconds, 0);
  }

  /** @returns undefined where nothing has changed */
  of(tenant: string): SeenDelay | undefined {
    const recent = this.#recent(tenant);
    const changes = recent.reduce((sum, bucket) => sum + bucket.changes, 0);
    if (changes === 0) return undefined;
    return { changes, meanSeconds: recent.reduce((sum, bucket) => sum + bucket.seconds, 0) / changes };
  }

  #bucket(tenant: string): Bucket {
    const recent = this.#recent(tenant);
    const number = Math.floor(this.#now() / bucketMs);
    const bucket = recent.find((one) => one.number === number) ?? { number, changes: 0, seconds: 0 };
    this.#tenants.set(tenant, [...recent.filter((one) => one !== bucket), bucket]);
    return bucket;
  }

  #recent(tenant: string): readonly Bucket[] {
    const oldest = Math.floor(this.#now() / bucketMs) - buckets;
    return (this.#tenants.get(tenant) ?? []).filter(({ number }) => number > oldest);
  }
}
