import { eventId } from '#core';
import type { Row } from '../../../apps/publisher/src/publish.ts';
import type { ResourceName } from '../resources.ts';
import { views } from '../world/bodies.ts';
import type { Change, Ledger, Story } from '../world/ledger.ts';

interface Value {
  readonly connection: string;
  readonly resource: string;
  readonly identity: readonly string[];
  readonly revision: number;
  readonly data: Readonly<Record<string, unknown>>;
}

interface Told {
  /** Where in its story the last event was of; -1 before the first one. */
  at: number;
  isThere: boolean;
}

/** A `read_committed` consumer that holds everything that it gets against the provider's own ledger. */
export class Consumer {
  readonly problems: string[] = [];
  readonly #ledger: Ledger;
  readonly #sequences = new Map<string, number>();
  readonly #told = new Map<Story, Told>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  sequence(athlete: string): number {
    return this.#sequences.get(athlete) ?? 0;
  }

  take({ key, payload, headers }: Row): void {
    const attributes = JSON.parse(headers) as Readonly<Record<string, string>>;
    const value = JSON.parse(payload) as Value;
    const type = (attributes['ce_type'] ?? '').replace(/^accesslink\.(.*)\.v1$/, '$1');
    const name = `${key}: ${type} ${value.identity.join('/')} r${value.revision}`;
    const sequence = Number(attributes['ce_sequence']);
    const before = this.sequence(key);
    if (sequence <= before) this.problems.push(`twice or out of order: ${name} is number ${sequence}, after ${before}`);
    else if (sequence > before + 1) this.problems.push(`lost: ${name} is number ${sequence}, after ${before}`);
    this.#sequences.set(key, Math.max(before, sequence));
    if (attributes['ce_id'] !== eventId(key, { ...value, type }))
      this.problems.push(`another id than the event's own: ${name}`);
    this.#hold(value, type, name);
  }

  #hold({ connection, resource, identity, data }: Value, type: string, name: string): void {
    const view = views[resource as ResourceName] as (typeof views)[ResourceName] | undefined;
    if (view === undefined || ![view.recorded, view.revised, view.deleted].includes(type)) return;
    const story = this.#ledger
      .of(connection, resource as ResourceName)
      .find((one) => String(view.identity({ ...one, version: 0, modified: 0 })) === String(identity));
    if (story === undefined) return void this.problems.push(`of nothing that there was: ${name}`);
    const told = this.#told.get(story) ?? { at: -1, isThere: false };
    this.#told.set(story, told);
    const version = type === view.deleted ? null : view.versionIn(data);
    const at = story.changes.findIndex((change, index) => index > told.at && change.version === version);
    const change = story.changes[at];
    if (change === undefined) {
      const isKnown = story.changes.some((one) => one.version === version);
      const what = version === null ? 'its end' : `v${version}`;
      this.problems.push(`${isKnown ? `${what} was told before, or is older` : `${what} never was`}: ${name}`);
      return;
    }
    const wanted = version === null ? view.deleted : told.isThere ? view.revised : view.recorded;
    if (type !== wanted) this.problems.push(`should be ${wanted}: ${name}`);
    this.#pass(story, told.at, at, name);
    change.isTold = true;
    told.at = at;
    told.isThere = version !== null;
  }

  /** What was left out on the way must have been overtaken. */
  #pass({ changes }: Story, from: number, to: number, name: string): void {
    const missed = changes.slice(from + 1, to).find(({ isOvertaken }) => !isOvertaken);
    if (missed !== undefined) this.problems.push(`lost: ${whatOf(missed)}, before ${name}`);
  }

  /** @returns changes that are still to be told */
  get missing(): readonly string[] {
    return this.#ledger.stories.flatMap((story) => {
      const told = this.#told.get(story);
      const last = story.changes.at(-1);
      // What has come and gone before anybody saw it is no news.
      if (last === undefined || last.isTold || (last.version === null && told?.isThere !== true)) return [];
      return [`lost: ${whatOf(last)} of ${story.athlete} ${story.resource} ${story.key}`];
    });
  }
}

const whatOf = ({ version }: Change): string => (version === null ? 'the end' : `v${version}`);
