import { utc } from '../calendar.ts';
import type { Profile } from './profile.ts';
import { identityOf, ledgerBody, summarisedFields, type Resource, type Values } from './resources.ts';

export type ChangeKind = 'created' | 'updated' | 'deleted' | 'touched';

/** One change of the world, as a test reads it. */
export interface LedgerEntry {
  readonly seq: number;
  /** When it happened; ISO, milliseconds. */
  readonly at: string;
  readonly client: string;
  readonly athlete: string;
  readonly polarUserId: number;
  readonly resource: Resource;
  readonly identity: readonly string[];
  readonly change: ChangeKind;
  /** The name of the fact behind it; `genesis` for history. */
  readonly fact: string;
  readonly genesis: boolean;
  /** Counts the item's entries, from 1. */
  readonly version: number;
  /** Counts the item's contents, from 1: a touch has none. */
  readonly revision: number;
  readonly body: Record<string, unknown>;
  /** Names of the body's top-level fields that are new, other or gone since the version before. */
  readonly fields: readonly string[];
}

/** What is written down: bodies are printed when somebody reads. */
export interface Change<R extends Resource = Resource> {
  readonly at: number;
  readonly athlete: Profile;
  readonly resource: R;
  readonly change: ChangeKind;
  readonly fact: string;
  readonly version: number;
  readonly revision: number;
  readonly value: Values[R];
  readonly before?: Values[R];
}

/** Everything that ever changed, in the order in which it did: the truth that a bridge is measured against. */
export class Ledger {
  private readonly changes: Change[] = [];

  get length(): number {
    return this.changes.length;
  }

  append(change: Change): LedgerEntry {
    this.changes.push(change);
    return print(change, this.changes.length);
  }

  /** Written without printing, for history in bulk. */
  record(change: Change): void {
    this.changes.push(change);
  }

  /** Entries with a greater `seq` than `since`. */
  entries(since = 0, limit = Number.MAX_SAFE_INTEGER): LedgerEntry[] {
    return this.changes.slice(since, since + limit).map((change, index) => print(change, since + index + 1));
  }

  /** Like `entries`, without history: what happened since the athletes are watched. */
  live(since = 0): LedgerEntry[] {
    const found: LedgerEntry[] = [];
    for (let index = since; index < this.changes.length; index += 1) {
      const change = this.changes[index];
      if (change !== undefined && change.fact !== 'genesis') found.push(print(change, index + 1));
    }
    return found;
  }
}

function print(change: Change, seq: number): LedgerEntry {
  const { athlete, resource, value } = change;
  let body: Record<string, unknown> | undefined;
  const printed = () => (body ??= ledgerBody(resource, value));
  return {
    seq,
    at: utc(change.at),
    client: athlete.client,
    athlete: athlete.name,
    polarUserId: athlete.polarUserId,
    resource,
    identity: identityOf(resource, value),
    change: change.change,
    fact: change.fact,
    genesis: change.fact === 'genesis',
    version: change.version,
    revision: change.revision,
    // Printed when somebody looks: most entries are only ever counted.
    get body() {
      return printed();
    },
    get fields() {
      return fieldsOf(change, printed());
    },
  };
}

/** Of a big series the ledger keeps a summary, but names the fields that the provider's body has. */
function fieldsOf({ change, resource, before }: Change, body: Record<string, unknown>): readonly string[] {
  if (change === 'deleted') return [];
  const summarised = summarisedFields(resource);
  if (summarised === undefined) return changed(before && ledgerBody<Resource>(resource, before), body);
  return before === undefined ? summarised.all : summarised.moved;
}

function changed(before: Record<string, unknown> | undefined, after: Record<string, unknown>): readonly string[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before?.[name]) !== JSON.stringify(after[name]));
}
