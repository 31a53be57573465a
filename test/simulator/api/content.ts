import type { Body } from '../document/fill.ts';
import type { History } from '../world/history.ts';

/** What a request asks for, its parameters checked. `from` is inclusive, `to` is not; both as local naive text. */
export interface Asked {
  readonly from: string;
  readonly to: string;
  readonly features: ReadonlySet<string>;
  /** All other parameters, by name. */
  readonly values: Readonly<Record<string, string>>;
  /** The first local date that is still kept. */
  readonly keptFrom: string;
  /** Sports are asked for with their names. */
  readonly hasSportsNames: boolean;
}

/** What an operation answers with. */
export type Content =
  | {
      /** Nothing at all is an empty object; an empty list is what the switch `empty` says. */
      readonly many: (history: History, asked: Asked) => readonly Body[] | undefined;
      /** What stands beside the list. */
      readonly beside?: (history: History) => Body;
    }
  /** Without an item the answer is 404. */
  | { readonly one: (history: History, asked: Asked) => Body | undefined }
  | { readonly image: (history: History, asked: Asked) => Buffer | undefined };

export function within(local: string, { from, to, keptFrom }: Asked): boolean {
  return local >= from && local < to && local >= keptFrom;
}

export function byDate<T extends { readonly date: string }>(all: readonly T[], asked: Asked): T[] {
  return all.filter(({ date }) => within(`${date}T00:00:00`, asked)).sort((a, b) => (a.date < b.date ? -1 : 1));
}

/** The bodies of a range, in the order of the naive local times at which they are filed. */
export function byTime(
  all: readonly { readonly body: Body }[],
  asked: Asked,
  when: (body: Body) => string,
): readonly Body[] {
  return all
    .map(({ body }) => ({ body, at: when(body) }))
    .filter(({ at }) => within(at, asked))
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .map(({ body }) => body);
}
