import { addDays, DAY, MINUTE, naive, utc } from '../calendar.ts';
import { fill, type Body, type Brush } from '../document/fill.ts';
import type { Random } from '../random.ts';
import type { History } from '../world/history.ts';
import { at, type Kept } from '../world/kept.ts';
import { created, other, pastItem, revised } from '../world/kept-facts.ts';
import type { Profile } from '../world/profile.ts';
import type { Fact, Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'account-data';
const IDENTITY = ['account'];
const BORN = Date.parse('2023-10-01T12:00:00Z');
const OFFSETS = [-480, -300, 0, 60, 120, 180, 330, 540];
const MOTTOS = ['One more lap.', 'Slow is smooth.', 'Rain or shine.', 'Ride on.'];

export const accountData: Definition = {
  resource: RESOURCE,
  path: '/user/account-data',
  content: { one: (history) => accountOf(history) },
  // The documentation's example has every number of this block in a string, and the consents too.
  exampleTypes: {
    strings: [
      'height',
      'weight',
      'vo2Max',
      'maximumHeartRate',
      'restingHeartRate',
      'aerobicThreshold',
      'anaerobicThreshold',
      'metThreshold',
      'weeklyRecoveryTimeSum',
      'functionalThresholdPower',
      'speedCalibrationOffset',
      'maximumAerobicPower',
      'maximumAerobicSpeed',
      'accepted',
    ],
  },
  facts: {
    'physical-change': changing('physical-change', 2, physicalChange),
    'profile-edit': changing('profile-edit', 1, (body, { at: now, draw }) => ({
      profileInformation: {
        ...part(body, 'profileInformation'),
        motto: other(draw, MOTTOS, at(body, 'profileInformation', 'motto')),
      },
      basicInfo: { ...part(body, 'basicInfo'), modified: utc(now) },
    })),
    'settings-change': changing('settings-change', 1, (_body, _brush, turn) => ({
      generalSettings: [{ name: 'PUSH_NOTIFICATIONS', value: `level-${turn}` }],
    })),
    'consent-flip': changing('consent-flip', 2, consentFlip),
    'test-preferences': changing('test-preferences', 1, (body, { at: now, local }, turn) => ({
      userTestPreferences: {
        created: at(body, 'userTestPreferences', 'created') ?? utc(now),
        modified: utc(now),
        orthostaticResetDate: naive(local - turn * MINUTE),
      },
    })),
    travel: { weight: 0, share: 1, happen: travel },
  },
  past: (history, { local, days }) => [
    pastItem(history, RESOURCE, local - days * DAY, (brush) => fullAccount(history.athlete, brush)),
  ],
};

function accountOf(history: History): Body {
  return history.get(RESOURCE, IDENTITY)?.value.body ?? plainAccount(history.athlete);
}

type Change = (body: Body, brush: Brush, turn: number) => Body;

function changing(fact: string, share: number, change: Change): Fact {
  return { weight: 0, share, happen: (scene) => changed(scene, fact, change) };
}

/** An account always is there; the ledger knows it from its first change. */
function changed(scene: Scene, fact: string, change: Change) {
  const { history, isFree } = scene;
  const known: Kept | undefined = history.get(RESOURCE, IDENTITY)?.value;
  if (known === undefined) {
    const plain = accountOf(history);
    return [created(scene, RESOURCE, fact, (brush) => ({ ...plain, ...change(plain, brush, 1) }))];
  }
  if (!isFree(RESOURCE, IDENTITY)) return [];
  const rewrite: Change = (body, brush, turn) => ({ ...body, ...change(body, brush, turn) });
  return [revised(scene, RESOURCE, fact, known, rewrite)];
}

/** The athlete is in another zone from now on: what he recorded before keeps its own offset. */
function travel(scene: Scene) {
  const { history, draw } = scene;
  const utcOffsetMinutes = other(draw, OFFSETS, history.athlete.utcOffsetMinutes);
  const entries = changed(scene, 'travel', (body) => ({
    localizationSettings: { ...part(body, 'localizationSettings'), timezoneOffsetMinutes: utcOffsetMinutes },
  }));
  if (entries.length > 0) history.athlete = { ...history.athlete, utcOffsetMinutes };
  return entries;
}

function physicalChange(body: Body, { at: now, draw }: Brush): Body {
  const before = part(body, 'physicalInformation');
  const changes: readonly (readonly [name: string, change: (draw: Random) => unknown])[] = [
    ['weight', () => Number((Number(before['weight']) + draw.pick([-0.6, -0.3, 0.2, 0.5])).toFixed(1))],
    ['vo2Max', () => other(draw, [44, 46, 48, 50, 52], before['vo2Max'])],
    ['sleepGoal', () => other(draw, ['27000000', '28800000', '30600000'], before['sleepGoal'])],
    ['functionalThresholdPower', () => other(draw, [220, 235, 250, 265], before['functionalThresholdPower'])],
  ];
  const [name, change] = draw.pick(changes);
  const marks = { [`${name}LastModified`]: utc(now), modified: utc(now) };
  return { physicalInformation: { ...before, [name]: change(draw), ...marks } };
}

function consentFlip(body: Body, { at: now, local }: Brush): Body {
  const [first = consent(local)] = (body['consents'] ?? []) as readonly Body[];
  const accepted = body['consents'] === undefined || first['accepted'] !== true;
  const history = (body['consentHistoryStates'] ?? []) as readonly Body[];
  const state = {
    type: first['type'],
    version: first['version'],
    created: utc(now),
    state: accepted ? 'ACCEPTED' : 'WITHDRAWN',
  };
  return { consents: [{ ...first, accepted }], consentHistoryStates: [...history, state] };
}

function consent(local: number): Body {
  return { type: 'GDPR', version: addDays(naive(local).slice(0, 10), -400), accepted: true };
}

function fullAccount(athlete: Profile, brush: Brush): Body {
  const { basicInfo, localizationSettings, physicalInformation } = plainAccount(athlete);
  const terms = consent(brush.local);
  return fill('accountAccountData', brush, {
    basicInfo,
    localizationSettings,
    physicalInformation,
    profileInformation: { favoriteSports: [{ id: '1' }, { id: '2' }] },
    generalSettings: [{ name: 'PUSH_NOTIFICATIONS', value: 'level-0' }],
    consents: [terms],
    consentHistoryStates: [
      { type: terms['type'], version: terms['version'], created: utc(brush.at), state: 'ACCEPTED' },
    ],
  });
}

/** What was there from the first: who it is, and in which zone. */
function plainAccount(
  athlete: Profile,
): Readonly<Record<'basicInfo' | 'localizationSettings' | 'physicalInformation', Body>> & Body {
  const at = utc(BORN + athlete.serial * 60_000);
  return {
    basicInfo: {
      firstName: athlete.name,
      lastName: 'Simulated',
      email: `${athlete.name}@athlete.example`,
      created: at,
      modified: at,
    },
    localizationSettings: {
      firstDayOfWeek: 'FIRST_DAY_OF_WEEK_MONDAY',
      measurementUnit: 'MEASUREMENT_UNIT_METRIC',
      timezoneOffsetMinutes: athlete.utcOffsetMinutes,
      language: 'en',
    },
    physicalInformation: {
      sex: athlete.sex,
      birthday: athlete.birthday,
      height: athlete.heightCm,
      weight: athlete.weightKg,
      restingHeartRate: athlete.restingHeartRate,
      sleepGoal: '28800000',
      created: at,
      modified: at,
    },
  };
}

function part(body: Body, name: string): Body {
  return (body[name] ?? {}) as Body;
}
