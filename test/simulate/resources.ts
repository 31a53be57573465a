import { resources as all } from '#resources';
import type { Resource } from '#core';

/** One of each request shape, as they are but for how often they are listed. */
const names = ['nightly-recharge-results', 'sleeps', 'calendar', 'favorites'] as const;
export type ResourceName = (typeof names)[number];

/** A listing with a marker that triggers another resource, one without any marker, a range and a whole. */
export const resources: readonly Resource[] = names.map((name) => {
  const resource = all.find((one) => one.name === name);
  if (resource === undefined) throw new Error(`there is no resource ${name}`);
  return { ...resource, request: { ...resource.request, pace: 1 } };
});
