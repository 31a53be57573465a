/** The 16 scopes of the AccessLink v4 documentation. */
export const documentedScopes: readonly string[] = [
  'activity:read',
  'calendar:read',
  'continuous_samples:read',
  'devices:read',
  'nightly_recharge:read',
  'ppi_data:read',
  'profile:read',
  'routes:read',
  'skin_contact:read',
  'sleep:read',
  'sports:read',
  'temperature_measurement:read',
  'tests:read',
  'training_sessions:read',
  'training_targets:read',
  'user_subscription:read',
];

/** @param needed the scopes of the tenant's resources */
export const distinct = (needed: readonly string[]): readonly string[] => [...new Set(needed)].toSorted();
