import { defineResource, referenced, textAt, type Fact, type JsonObject, type UpstreamSchema } from '#core';
import { routeChunks, withoutPoints } from './polyline.ts';
import upstream from './upstream.json' with { type: 'json' };

/** Routes: nothing lists them, so those that targets and favorites follow are read. Their points are chunks. */
export const descriptor = defineResource({
  name: 'routes',
  scope: 'routes:read',
  topic: 'route',
  request: referenced({ path: '/routes/{key}', pace: 288 }),
  // The gateway drops the wrapper around a single message (observed live elsewhere, not yet here).
  envelope: [['userRoute'], []],
  schema: upstream as UpstreamSchema,
  entities: {
    route: { events: { recorded: 'RouteSaved', revised: 'RouteRevised' }, volatile: ['modified'] },
    chunk: { events: { recorded: 'RouteChunk', revised: 'RouteChunk' } },
  },
  facts: (route): readonly Fact[] => {
    const id = textAt(route, 'id') ?? '';
    const chunks = routeChunks(route);
    const fact = (entity: string, identity: readonly string[], content: JsonObject): Fact => ({
      entity,
      identity,
      date: null,
      marker: textAt(route, 'modified') ?? null,
      content,
      polarModifiedAt: textAt(route, 'modified') ?? null,
      utcOffsetMinutes: null,
    });
    return [
      ...chunks.map(({ part, content }) => fact('chunk', [id, String(part)], content)),
      fact('route', [id], {
        ...withoutPoints(route),
        chunks: chunks.map(({ part, startIndex, count, hash }) => ({ part, startIndex, count, hash })),
      }),
    ];
  },
});
