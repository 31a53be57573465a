import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Resource } from '#core';
import type { Example } from '../examples.ts';
import { messageOf, observed, observedFixture } from '../observed.ts';
import { resourcesFolder } from '../resource-contract.ts';

/**
 * Examples of what the simulator never does: a night, a Nightly Recharge or a period of temperature that goes away again, and
 * a period that is too long for one message. The product's own code makes them of the resource's fixture.
 */
export function madeExamples(resources: readonly Resource[], types: readonly string[]): ReadonlyMap<string, Example> {
  const found = new Map<string, Example>();
  for (const resource of resources) {
    const long = resource.name === 'temperature-measurements' ? observed(resource, [longPeriod(resource)]) : [];
    for (const event of [...observedFixture(resource), ...long])
      if (types.includes(event.type) && !found.has(event.type)) found.set(event.type, messageOf(event, resource));
  }
  return found;
}

interface Periods {
  readonly temperatureMeasurementPeriod: readonly Readonly<Record<string, Json>>[];
}

/** The fixture's period, for a day and more. */
function longPeriod({ name }: Resource): Json {
  const { body } = JSON.parse(readFileSync(join(resourcesFolder, name, 'fixture.json'), 'utf8')) as { body: Periods };
  const temperatureMeasurementSamples = Array.from({ length: 800 }, (_, index) => ({
    recordingTimeDeltaMilliseconds: String(index * 120_000),
    temperatureCelsius: 34.5 + (index % 20) / 10,
  }));
  return {
    temperatureMeasurementPeriod: body.temperatureMeasurementPeriod
      .slice(0, 1)
      .map((period) => ({ ...period, temperatureMeasurementSamples })),
  };
}
