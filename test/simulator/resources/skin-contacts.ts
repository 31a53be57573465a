import { byTime } from '../api/content.ts';
import { MINUTE, utc } from '../calendar.ts';
import type { Brush, Body } from '../document/fill.ts';
import type { History } from '../world/history.ts';
import { textAt } from '../world/kept.ts';
import type { Definition } from './definition.ts';
import { deltas, pastPeriods, stretchTimes, syncPeriod, type PeriodStory, type Stretch } from './period.ts';

export const skinContacts: Definition = {
  resource: 'skin-contacts',
  path: '/skin-contacts',
  content: {
    many: (history, asked) => byTime(history.all('skin-contacts'), asked, (body) => textAt(body, 'startTime')),
  },
  exampleTypes: { numbers: ['recordingTimeDeltaMilliseconds'] },
  facts: {
    'skin-contact-sync': { weight: 0, share: 5, happen: (scene) => syncPeriod(scene, story(scene.history)) },
  },
  past: (history, era) => pastPeriods(history, era, story(history)),
};

function story(history: History): PeriodStory {
  const uuid = history.athlete.deviceUuid;
  return {
    resource: 'skin-contacts',
    fact: 'skin-contact-sync',
    isMine: () => true,
    make: (stretch, brush) => period(uuid, stretch, brush),
  };
}

/** The watch is put off and on again once in half an hour. */
function period(uuid: string, stretch: Stretch, { at }: Brush): Body {
  return {
    created: utc(at),
    modified: utc(at),
    ...stretchTimes(stretch),
    deviceReference: { uuid },
    skinContactChanges: deltas(stretch, 15 * MINUTE).map((delta, index) => ({
      recordingTimeDeltaMilliseconds: String(delta),
      skinContact: index % 2 === 0,
    })),
  };
}
