/** A body as the provider gives it, or the `data` of an event. */
export type Body = Readonly<Record<string, unknown>>;

/** An entry of the simulator's ledger. */
export interface LedgerEntry {
  readonly seq: number;
  /** A name; `CLIENT/*` where it is the same for all athletes of a client. */
  readonly athlete: string;
  readonly resource: string;
  readonly identity: readonly string[];
  readonly change: 'created' | 'updated' | 'deleted' | 'touched';
  /** Why it happened, such as `session-edit`. */
  readonly fact: string;
  readonly genesis: boolean;
  readonly revision: number;
  /** In the types of the provider's tables; of a big series only a summary. */
  readonly body: Body | null;
}

/** Names an item in a fault. What belongs to no athlete is everybody's, for the ledger and for the consumer. */
export function itemKey(athlete: string, resource: string, identity: readonly string[]): string {
  return `${athlete === '' || athlete.endsWith('/*') ? '*' : athlete} ${resource}/${identity.join('/')}`;
}

/** Something inside a body. */
export function inside(body: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (here, step) => (here as Readonly<Record<string | number, unknown>> | null)?.[step],
    body,
  );
}

export function listInside(body: unknown, ...path: readonly (string | number)[]): readonly Body[] {
  const found = inside(body, ...path);
  return Array.isArray(found) ? (found as readonly Body[]) : [];
}
