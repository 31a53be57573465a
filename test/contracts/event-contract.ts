import type { Schema } from './schema.ts';

/** What consumers may rely on of one event type, or of one type of states. */
export interface EventContract {
  /** Such as `SleepScored`. */
  readonly type: string;
  /** Last part of the topic: `sleep`, or of states `sleep.state`. */
  readonly topic: string;
  /** The envelope's `resource`. */
  readonly resource: string;
  /** Whether it is a client's and no athlete's; sometimes, where what it tells of may be either's. */
  readonly ofClient: boolean | 'sometimes';
  /** When it is emitted. */
  readonly description: string;
  /** What the parts of the identity are, in order; empty where nobody has said it. */
  readonly identity: readonly string[];
  readonly changedFields: 'never' | 'on revisions' | 'always';
  readonly data: Schema;
  /** Of states: the event type whose data are the same. */
  readonly stateAs?: string;
  readonly definitions: Readonly<Record<string, Schema>>;
}

/** As in `ce_type`. */
export function eventTypeOf(type: string): string {
  return `accesslink.${type}.v1`;
}
