import { at, canonical, isJsonObject, objectsAt, textAt, without, type Fact, type JsonObject } from '#core';
import { withoutContact } from './contact.ts';

/** What has an event of its own; all else is the profile. */
const sections = ['localizationSettings', 'physicalInformation', 'userTestPreferences'] as const;
const consentLists = ['consents', 'consentHistoryStates'] as const;

/** One fact for each section and each type of consent. */
export function accountFacts(account: JsonObject): readonly Fact[] {
  const known = withoutContact(account);
  const basicInfo = at(known, ['basicInfo']);
  return [
    {
      ...about('profile', without(known, ...sections, ...consentLists)),
      marker: textAt(basicInfo, 'modified') ?? null,
      // `basicInfo.modified` doesn't speak for the motto, the favourite sports and the settings beside it.
      polarModifiedAt: null,
    },
    ...sections.flatMap((name) => {
      const section = known[name];
      return isJsonObject(section) ? [about(name, section)] : [];
    }),
    ...consents(known),
  ];
}

function about(entity: string, content: JsonObject): Fact {
  const modified = textAt(content, 'modified') ?? null;
  const offset = entity === 'localizationSettings' ? content['timezoneOffsetMinutes'] : null;
  return {
    entity,
    identity: [entity],
    date: null,
    marker: modified,
    content,
    polarModifiedAt: modified,
    // Only where the athlete has set it: a session may have told since of a journey that the account doesn't know of.
    utcOffsetMinutes: typeof offset === 'number' ? offset : null,
  };
}

/**
 * A type may have several versions, and one that was withdrawn may be left in the history only. Neither list has a
 * documented order, so each gets one.
 */
function consents(account: JsonObject): readonly Fact[] {
  const typeOf = (entry: JsonObject): string => textAt(entry, 'type') ?? '';
  const types = new Set(consentLists.flatMap((list) => objectsAt(account, list).map(typeOf)));
  return [...types].toSorted().map((type) => {
    const [current, history] = consentLists.map((list) =>
      ordered(objectsAt(account, list).filter((entry) => typeOf(entry) === type)),
    );
    const told = textAt(history?.at(-1), 'created') ?? null;
    return {
      ...about('consent', { type, consents: current ?? [], consentHistoryStates: history ?? [] }),
      identity: [type],
      marker: told,
      polarModifiedAt: told,
    };
  });
}

function ordered(entries: readonly JsonObject[]): readonly JsonObject[] {
  const key = (entry: JsonObject): string => `${textAt(entry, 'created') ?? ''} ${canonical(entry)}`;
  return entries.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
