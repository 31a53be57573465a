import { isDate } from './calendar.ts';
import type { Drift } from './drift.ts';
import { BridgeError, isBridgeError } from './errors.ts';
import { at, isJsonObject, type Json, type JsonObject } from './json.ts';
import { normaliser } from './normalise.ts';
import { isDated, type Fact, type Resource } from './resource.ts';
import { atOnce, type Steps } from './steps.ts';
import type { Window } from './tick.ts';

/** What one request brought: the facts of a body, or why there is none. */
export interface Fetched {
  readonly window: Window;
  readonly facts: readonly Fact[];
  /** The answer held no item at all: a 204, a 404, an empty body, `{}` or an empty list. */
  readonly empty: boolean;
  /** Some items could not be read, and the others were: what is not here may be there. */
  readonly isPartial?: boolean;
  readonly failure?: BridgeError;
  /** Where the body was not as the provider's schema says, each once. */
  readonly drifts?: readonly Drift[];
}

const walks = new WeakMap<Resource, ReturnType<typeof normaliser>>();

/**
 * Reads a body: finds the list by the known envelopes, corrects the spelling of values, and takes the facts out.
 * @param body undefined for 204, 404 and an empty body
 * @throws BridgeError PROVIDER_SCHEMA_UNKNOWN for a body that fits no known envelope, and where no item has its identity and its date
 */
export function read(resource: Resource, window: Window, body: Json | undefined): Fetched {
  return atOnce(readInSteps(resource, window, body));
}

/** The same as `read`, in steps between which others may do their work: a body may have ten megabytes. */
export function* readInSteps(resource: Resource, window: Window, body: Json | undefined): Steps<Fetched> {
  const items = itemsOf(resource, body);
  const normalise = walkOf(resource);
  const drifts = new Map<string, Drift>();
  const report = (drift: Drift): void => void drifts.set(`${drift.path} ${drift.kind} ${drift.found}`, drift);
  const facts: Fact[] = [];
  let unread: BridgeError | undefined;
  for (const item of items) {
    const normalised = normalise(item, report);
    yield;
    const ofItem: Fact[] = [];
    try {
      for (const fact of factsOf(resource, window, normalised)) {
        if (fact !== undefined) ofItem.push(fact);
        yield;
      }
      facts.push(...ofItem);
    } catch (error) {
      if (!isBridgeError(error, 'PROVIDER_SCHEMA_UNKNOWN')) throw error;
      // One of a new form must not keep the others back.
      report({ path: '[]', kind: 'unknown_item', found: String(error.fields['found'] ?? '') });
      unread = error;
    }
  }
  if (unread !== undefined && facts.length === 0) throw unread;
  return {
    window,
    facts,
    empty: items.length === 0,
    ...(unread !== undefined && { isPartial: true }),
    ...(drifts.size > 0 && { drifts: [...drifts.values()] }),
  };
}

function walkOf(resource: Resource): ReturnType<typeof normaliser> {
  const known = walks.get(resource);
  if (known !== undefined) return known;
  const walk = normaliser(resource.schema);
  walks.set(resource, walk);
  return walk;
}

function itemsOf(resource: Resource, body: Json | undefined): readonly Json[] {
  if (body === undefined || body === null) return [];
  if (Array.isArray(body) && body.length === 0) return [];
  if (isJsonObject(body) && Object.keys(body).length === 0) return [];
  for (const path of resource.envelope) {
    const found = path.length === 0 ? body : at(body, path);
    if (isOne(resource)) {
      if (isEmptyObject(found)) return [];
      if (isJsonObject(found) && isKnown(resource, found)) return [found];
    } else if (Array.isArray(found)) return found;
  }
  // A wrapper of a known name without anything in it is how an empty list is printed when unset fields are left out.
  const emptyWrapper = resource.envelope.some((path) => path.length > 1 && isEmptyObject(at(body, path.slice(0, -1))));
  if (emptyWrapper) return [];
  throw unknownShape(
    resource,
    `no list at ${resource.envelope.map((path) => path.join('.')).join(' or ')}; top-level keys: ${keysOf(body)}`,
  );
}

function isOne({ request }: Resource): boolean {
  return request.shape === 'referenced' || (request.shape === 'whole' && request.single);
}

/** Without any wrapper, only its fields tell that an object is the item. */
function isKnown({ schema }: Resource, item: JsonObject): boolean {
  const root = schema.$ref === undefined ? schema : (schema.$defs?.[schema.$ref.replace('#/$defs/', '')] ?? {});
  return root.properties === undefined || Object.keys(item).some((key) => key in (root.properties ?? {}));
}

function* factsOf(resource: Resource, { phase }: Window, item: Json): Generator<Fact | undefined, void, undefined> {
  if (!isJsonObject(item)) throw unknownShape(resource, 'an entry of the list is not an object');
  let isTold = false;
  for (const fact of resource.facts(item, phase)) {
    if (fact !== undefined && (fact.identity.includes('') || !isFiled(resource, fact)))
      throw unidentified(resource, item);
    isTold ||= fact !== undefined;
    yield fact;
  }
  // An athlete may have nothing of what a whole answer tells of.
  if (!isTold && !isOne(resource)) throw unidentified(resource, item);
}

function unidentified(resource: Resource, item: JsonObject): BridgeError {
  return unknownShape(resource, `an entry of the list lacks its identity or its date; keys: ${keysOf(item)}`);
}

/** What is asked for by days belongs to one, and nothing else does. */
function isFiled({ request }: Resource, { date }: Fact): boolean {
  return isDated(request) ? date !== null && isDate(date) : date === null;
}

/** What an answer of an unknown shape looks like to the drift monitor. */
export function driftOf({ code, fields }: BridgeError): Drift | undefined {
  if (code !== 'PROVIDER_SCHEMA_UNKNOWN') return undefined;
  return { path: '', kind: 'unknown_envelope', found: String(fields['found'] ?? '') };
}

function unknownShape(resource: Resource, found: string): BridgeError {
  return new BridgeError(
    'PROVIDER_SCHEMA_UNKNOWN',
    `${resource.request.path} answered with a body of an unknown shape: ${found}`,
    {
      fields: { resource: resource.name, found },
    },
  );
}

/** Names of keys only: a body's values are an athlete's data and belong in no error. */
function keysOf(value: Json): string {
  return isJsonObject(value)
    ? Object.keys(value).slice(0, 10).join(', ') || 'none'
    : Array.isArray(value)
      ? 'a list'
      : typeof value;
}

function isEmptyObject(value: Json | undefined): value is JsonObject {
  return isJsonObject(value) && Object.keys(value).length === 0;
}
