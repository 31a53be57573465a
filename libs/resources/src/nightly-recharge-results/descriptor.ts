import { defineResource, listing, textAt, without, type Fact, type JsonObject, type UpstreamSchema } from '#core';
import upstream from './upstream.json' with { type: 'json' };

const series = ['hrvSamples', 'breathingRateSamples'];

/**
 * Nightly Recharge. The listing has all but the samples, which are read once for each calculation. One computation writes
 * it together with the sleep score (observed live), so its change triggers the night.
 */
export const descriptor = defineResource({
  name: 'nightly-recharge-results',
  scope: 'nightly_recharge:read',
  topic: 'nightly-recharge',
  request: listing({
    path: '/nightly-recharge-results',
    days: 28,
    watch: { before: 25, after: 0 },
    detail: { features: ['samples'] },
  }),
  envelope: [['nightlyRechargeResults'], ['nightlyRechargeResults', 'nightlyRechargeResults']],
  schema: upstream as UpstreamSchema,
  entities: {
    result: {
      events: {
        recorded: 'NightlyRechargeCalculated',
        revised: 'NightlyRechargeRevised',
        deleted: 'NightlyRechargeDeleted',
      },
      volatile: ['modified'],
    },
    samples: {
      events: { recorded: 'NightlyRechargeSamplesAvailable', revised: 'NightlyRechargeSamplesAvailable' },
    },
  },
  triggers: ['sleeps'],
  hot: true,
  isDaily: true,
  facts: (result, phase): readonly Fact[] => {
    const date = textAt(result, 'sleepResultDate') ?? '';
    const modified = textAt(result, 'modified') ?? null;
    const fact = (entity: string, content: JsonObject | null): Fact => ({
      entity,
      identity: [date],
      date,
      marker: modified,
      content,
      polarModifiedAt: modified,
      utcOffsetMinutes: null,
    });
    const calculated = fact('result', without(result, ...series));
    if (phase === 'list') return [calculated, fact('samples', null)];
    const samples = Object.fromEntries(
      series.flatMap((name) => (name in result ? [[name, result[name] ?? null]] : [])),
    );
    const isThere = Object.keys(samples).length > 0;
    return [calculated, { ...fact('samples', { sleepResultDate: date, ...samples }), isUntold: !isThere }];
  },
});
