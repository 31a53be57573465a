import type { DomainEvent } from './event.ts';
import type { Json } from './json.ts';

/** Where an answer of the provider is not as its schema says. It is told, and taken as it came. */
export interface Drift {
  /** Dotted, `[]` for the entries of a list; empty for the body itself. */
  readonly path: string;
  readonly kind: 'unknown_field' | 'unknown_value' | 'other_type' | 'unknown_item' | 'unknown_envelope';
  /** The enumeration's new value, the type that was found, or the names of keys; never an athlete's data. */
  readonly found: string;
}

/** An event that is a client's and no athlete's. */
export function clientEvent({
  at,
  ...event
}: Pick<DomainEvent, 'type' | 'topic' | 'resource' | 'identity'> & {
  readonly at: number;
  readonly data: Json;
}): DomainEvent {
  return {
    ...event,
    revision: 1,
    mode: 'live',
    observedAt: new Date(at).toISOString(),
    polarModifiedAt: null,
    utcOffsetMinutes: null,
  };
}
