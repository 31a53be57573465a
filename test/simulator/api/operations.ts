import { addDays, dateOf, naive, toLocal } from '../calendar.ts';
import { DOCUMENT, referred, type DescribedParameter } from '../document/document.ts';
import type { ExampleTypes } from '../resources/definition.ts';
import { DEFINITIONS } from '../resources/definitions.ts';
import { heartRateDayBody } from '../world/heart-rate-day.ts';
import { nightBody } from '../world/night.ts';
import { rechargeBody } from '../world/recharge.ts';
import { sessionBody } from '../world/session.ts';
import { byDate, within, type Content } from './content.ts';

/** What an operation serves; its rules are in the document. */
interface Served {
  readonly path: string;
  readonly content: Content;
  readonly exampleTypes?: ExampleTypes;
}

/** One operation that needs a token: its rules by the document, and what it answers with. */
export interface Operation extends Served {
  readonly scope: string;
  readonly parameters: readonly DescribedParameter[];
  /** `max` in days without and with features. Absent: the operation takes no range. */
  readonly range?: { readonly dialect: 'date' | 'datetime'; readonly max: number; readonly maxWithFeatures: number };
  readonly features: readonly string[];
  /** The path to the data in a body, documented and observed live. */
  readonly envelope: { readonly doc: readonly string[]; readonly live: readonly string[] };
  /** The name of an item's schema. */
  readonly item: string | undefined;
  /** Top-level fields that identify an item. */
  readonly identity: readonly string[];
}

const WRITTEN: readonly Served[] = [
  {
    path: '/training-sessions/list',
    content: {
      many: (history, asked) =>
        history
          .all('training-sessions')
          .filter((session) => within(naive(session.start), asked))
          .sort((a, b) => a.start - b.start)
          .map((session) => sessionBody(session, (feature) => asked.features.has(feature))),
    },
    exampleTypes: { numbers: ['recoveryTimeMillis'] },
  },
  {
    path: '/sleeps',
    content: {
      // Without features only the dates, as documented.
      many: (history, asked) =>
        byDate(history.all('sleeps'), asked).map((night) => nightBody(night, (name) => asked.features.has(name))),
    },
  },
  {
    path: '/nightly-recharge-results',
    content: {
      many: (history, asked) =>
        byDate(history.all('nightly-recharge-results'), asked).map((recharge) =>
          rechargeBody(recharge, (name) => asked.features.has(name)),
        ),
    },
  },
  {
    path: '/continuous-samples',
    content: {
      // What comes without the feature is not documented: nothing at all, we guess.
      many: (history, asked) =>
        asked.features.size === 0 ? undefined : byDate(history.all('continuous-samples'), asked).map(heartRateDayBody),
    },
  },
];

/** Operations that anybody may call. */
export const OPEN_PATHS: readonly string[] = Object.entries(DOCUMENT.paths)
  .filter(([, { get }]) => get['x-scope'] === null)
  .map(([path]) => path);

/** Every operation of the document that needs a token. */
export const OPERATIONS: readonly Operation[] = described([...WRITTEN, ...DEFINITIONS]);

/** The operation that serves a path, and what the path says. */
export function operationAt(
  path: string,
): { operation: Operation; values: Readonly<Record<string, string>> } | undefined {
  for (const { operation, pattern } of PATTERNS) {
    const found = pattern.exec(path);
    if (found !== null) return { operation, values: { ...found.groups } };
  }
  return undefined;
}

const PATTERNS = OPERATIONS.map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** Days that are kept, today included; documented for one operation only, assumed for all. */
export const RETENTION_DAYS = 90;

export function firstDateKept(now: number, offsetMinutes: number): string {
  return addDays(dateOf(toLocal(now, offsetMinutes)), -RETENTION_DAYS);
}

/** An operation that is in the document and not here, or the other way round, stops the start. */
function described(all: readonly Served[]): readonly Operation[] {
  const missing = Object.keys(DOCUMENT.paths).filter(
    (path) => !OPEN_PATHS.includes(path) && !all.some((served) => served.path === path),
  );
  if (missing.length > 0) throw new Error(`nothing serves ${missing.join(', ')}`);
  return all.map(join);
}

function join(served: Served): Operation {
  const described = DOCUMENT.paths[served.path]?.get;
  const scope = described?.['x-scope'];
  if (described === undefined || !scope) throw new Error(`the document has no ${served.path} with a scope`);
  const { parameters = [] } = described;
  const features = parameters.find(({ name }) => name === 'features');
  const from = parameters.find((parameter) => parameter['x-bound'] === 'inclusive');
  const { plain, withFeatures } = described['x-max-days'];
  const dialect = from?.['x-live-format'] === 'local-date-time' ? 'datetime' : 'date';
  const item = described['x-item'];
  return {
    ...served,
    scope,
    parameters,
    features: [...(features?.schema.items?.enum ?? []), ...(features?.['x-live-enum'] ?? [])],
    envelope: described['x-envelope'],
    item: item === undefined ? undefined : referred(item),
    identity: described['x-identity'],
    ...(plain !== null && { range: { dialect, max: plain, maxWithFeatures: withFeatures ?? plain } }),
  };
}
