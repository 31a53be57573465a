import { defineResource, range, textAt, type Fact, type UpstreamSchema } from '#core';
import upstream from './upstream.json' with { type: 'json' };

/** Nightly Recharge. One computation writes it together with the sleep score (observed live), so its change triggers the night. */
export const descriptor = defineResource({
  name: 'nightly-recharge-results',
  scope: 'nightly_recharge:read',
  topic: 'nightly-recharge',
  request: range({ path: '/nightly-recharge-results', days: 28, watch: { before: 25, after: 0 } }),
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
  },
  triggers: ['sleeps'],
  hot: true,
  facts: (result): readonly Fact[] => [
    {
      entity: 'result',
      identity: [textAt(result, 'sleepResultDate') ?? ''],
      date: textAt(result, 'sleepResultDate') ?? '',
      marker: textAt(result, 'modified') ?? null,
      content: result,
      polarModifiedAt: textAt(result, 'modified') ?? null,
      utcOffsetMinutes: null,
    },
  ],
});
