import type { DomainEvent } from '#core';

const sliceMs = 300_000;
const slices = 12;
/** A bin is so many times as wide as the one before: what is told is right to an eighth. */
const binFactor = 1.25;
/** What is older was made before the athlete had connected, or lay in a watch for long: it says nothing of how we poll. */
const oldestSeconds = 86_400;

/** How long changes have waited. */
export interface SeenDelay {
  readonly changes: number;
  readonly medianSeconds: number;
}

interface Slice {
  readonly number: number;
  /** How many changes there are, by bin. */
  readonly bins: Map<number, number>;
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
  readonly #tenants = new Map<string, readonly Slice[]>();

  constructor(now: () => number) {
    this.#now = now;
  }

  note(tenant: string, events: readonly DomainEvent[]): void {
    const delays = delaysOf(events).filter(({ seconds }) => seconds <= oldestSeconds);
    if (delays.length === 0) return;
    const { bins } = this.#slice(tenant);
    for (const { seconds } of delays) {
      const bin = Math.round(Math.log(Math.max(1, seconds)) / Math.log(binFactor));
      bins.set(bin, (bins.get(bin) ?? 0) + 1);
    }
  }

  /** @returns undefined where nothing has changed */
  of(tenant: string): SeenDelay | undefined {
    const all = this.#recent(tenant).flatMap(({ bins }) => [...bins]);
    const changes = all.reduce((sum, [, count]) => sum + count, 0);
    let left = changes / 2;
    const median = all.toSorted(([a], [b]) => a - b).find(([, count]) => (left -= count) <= 0);
    return median && { changes, medianSeconds: binFactor ** median[0] };
  }

  #slice(tenant: string): Slice {
    const recent = this.#recent(tenant);
    const number = Math.floor(this.#now() / sliceMs);
    const known = recent.find((one) => one.number === number);
    if (known !== undefined) return known;
    const slice = { number, bins: new Map<number, number>() };
    this.#tenants.set(tenant, [...recent, slice]);
    return slice;
  }

  #recent(tenant: string): readonly Slice[] {
    const oldest = Math.floor(this.#now() / sliceMs) - slices;
    return (this.#tenants.get(tenant) ?? []).filter(({ number }) => number > oldest);
  }
}
