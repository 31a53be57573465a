import { accountData } from './account-data.ts';
import { activity } from './activity.ts';
import { calendar } from './calendar.ts';
import { calendarTargets } from './calendar-targets.ts';
import type { Definition } from './definition.ts';
import { favorites } from './favorites.ts';
import { ppiSamples } from './ppi-samples.ts';
import { profilePicture } from './profile-picture.ts';
import { routes } from './routes.ts';
import { skinContacts } from './skin-contacts.ts';
import { sleepWakeVectors } from './sleep-wake-vectors.ts';
import { sportProfileListCatalog, sportProfiles } from './sport-profiles.ts';
import { sports } from './sports.ts';
import { subscriptions } from './subscriptions.ts';
import { temperatureMeasurements } from './temperature-measurements.ts';
import { tests } from './tests.ts';
import { userDevices } from './user-devices.ts';

/** All resources but the four whose bodies are written by hand. */
export const DEFINITIONS: readonly Definition[] = [
  accountData,
  activity,
  calendar,
  calendarTargets,
  favorites,
  ppiSamples,
  profilePicture,
  routes,
  skinContacts,
  sleepWakeVectors,
  sportProfiles,
  sportProfileListCatalog,
  sports,
  subscriptions,
  temperatureMeasurements,
  tests,
  userDevices,
];
