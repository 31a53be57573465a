import { defineResource, whole, type UpstreamSchema } from '#core';
import { accountFacts } from './sections.ts';
import upstream from './upstream.json' with { type: 'json' };

/** The athlete's account: one document whose sections change for reasons of their own, so each is an entity. */
export const descriptor = defineResource({
  name: 'account-data',
  scope: 'profile:read',
  topic: 'account',
  request: whole({ path: '/user/account-data', single: true, pace: 72 }),
  // Documented with `accountData`; observed live without it.
  envelope: [['accountData'], []],
  schema: upstream as UpstreamSchema,
  entities: {
    profile: {
      events: { recorded: 'ProfileUpdated', revised: 'ProfileUpdated' },
      volatile: ['basicInfo.modified'],
    },
    physicalInformation: {
      events: { recorded: 'PhysicalProfileUpdated', revised: 'PhysicalProfileUpdated' },
      volatile: [
        'modified',
        'weightLastModified',
        'trainingBackgroundLastModified',
        'vo2MaxLastModified',
        'sleepGoalLastModified',
        'weeklyRecoveryTimeSumLastModified',
        'functionalThresholdPowerLastModified',
        'maximumAerobicPowerLastModified',
        'maximumAerobicSpeedLastModified',
      ],
    },
    localizationSettings: { events: { recorded: 'LocalizationChanged', revised: 'LocalizationChanged' } },
    userTestPreferences: {
      events: { recorded: 'TestPreferencesChanged', revised: 'TestPreferencesChanged' },
      volatile: ['modified'],
    },
    consent: { events: { recorded: 'ConsentChanged', revised: 'ConsentChanged' } },
  },
  facts: accountFacts,
});
