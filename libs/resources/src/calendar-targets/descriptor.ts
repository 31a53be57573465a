import { defineResource, range, textAt, type Fact, type UpstreamSchema } from '#core';
import { routeReferences } from '../route-references.ts';
import upstream from './upstream.json' with { type: 'json' };

/** Training targets in the calendar, planned or done. */
export const descriptor = defineResource({
  name: 'calendar-targets',
  scope: 'training_targets:read',
  topic: 'training-target',
  request: range({
    path: '/training-target/calendar-targets',
    // Not documented; what most other listings allow.
    days: 90,
    watch: { before: 14, after: 60 },
    pace: 72,
  }),
  // Nobody has published a live body; the gateway has been seen to drop a wrapper around a single list.
  envelope: [['trainingTarget'], []],
  schema: upstream as UpstreamSchema,
  entities: {
    target: {
      events: {
        recorded: 'TargetScheduled',
        revised: 'TargetRevised',
        deleted: 'TargetCancelled',
        turns: [
          { field: 'session.startTime', type: 'TargetRescheduled' },
          { field: 'session.done', to: true, type: 'TargetCompleted' },
        ],
      },
      volatile: ['session.modified', 'session.version'],
    },
  },
  facts: (target): readonly Fact[] => {
    const modified = textAt(target, 'session', 'modified') ?? null;
    return [
      {
        entity: 'target',
        identity: [textAt(target, 'session', 'id') ?? ''],
        // UTC by the documentation, and the only date that it has.
        date: (textAt(target, 'session', 'startTime') ?? '').slice(0, 10),
        // `modified` has whole seconds only, so two edits may share one.
        marker: [modified ?? '', textAt(target, 'session', 'version') ?? ''].join(' '),
        content: target,
        polarModifiedAt: modified,
        utcOffsetMinutes: null,
        ...routeReferences(target),
      },
    ];
  },
});
