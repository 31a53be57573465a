/** The 16 scopes of the AccessLink v4 documentation. */
export const SCOPES: readonly string[] = [
  'activity',
  'calendar',
  'continuous_samples',
  'devices',
  'nightly_recharge',
  'ppi_data',
  'profile',
  'routes',
  'skin_contact',
  'sleep',
  'sports',
  'temperature_measurement',
  'tests',
  'training_sessions',
  'training_targets',
  'user_subscription',
].map((name) => `${name}:read`);

/** The scopes of a space separated list; nothing if it is empty or has an unknown one. */
export function parseScopes(text: string | null): readonly string[] | undefined {
  const scopes = (text ?? '').split(' ').filter((scope) => scope !== '');
  return scopes.length > 0 && scopes.every((scope) => SCOPES.includes(scope)) ? [...new Set(scopes)] : undefined;
}
