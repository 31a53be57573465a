import { contentHash, isJsonObject, objectsAt, textAt, without, type Json, type JsonObject } from '#core';
import { columns } from '../columns.ts';
import { fitting } from '../series.ts';

export interface RouteChunk {
  /** From 0, in the direction of the route. */
  readonly part: number;
  /** Index of its first point in the route. */
  readonly startIndex: number;
  readonly count: number;
  readonly hash: string;
  /** The points as columns of equal length under Polar's own names; what lies in `location` is columns as well. */
  readonly content: JsonObject;
}

/** Points of one chunk: fixed, so that a change moves no edge before it, and always far below what a message takes. */
const mostPoints = 2000;

/** Cuts the points of a route, which have an order but often no time, into runs. */
export function routeChunks(userRoute: JsonObject): readonly RouteChunk[] {
  if (!isPolyline(userRoute)) return [];
  let next = 0;
  return fitting(objectsAt(userRoute, 'route', 'routePoints'), mostPoints).map((points, part) => {
    const routePoints = pointColumns(points);
    const startIndex = next;
    const count = points.length;
    next += count;
    const content = { id: textAt(userRoute, 'id') ?? '', part, startIndex, count, routePoints };
    return { part, startIndex, count, hash: contentHash(routePoints), content };
  });
}

/** The route without the points that `routeChunks` cuts. */
export function withoutPoints(userRoute: JsonObject): JsonObject {
  const route = userRoute['route'];
  return isJsonObject(route) && isPolyline(userRoute)
    ? { ...userRoute, route: without(route, 'routePoints') }
    : userRoute;
}

function isPolyline({ route }: JsonObject): boolean {
  const points = isJsonObject(route) ? route['routePoints'] : undefined;
  return Array.isArray(points) && points.every((point: Json) => isJsonObject(point));
}

function pointColumns(points: readonly JsonObject[]): JsonObject {
  const { location = [], ...others } = columns(points, [
    'location',
    'distanceFromStartMeters',
    'timeOffsetFromStartMillis',
  ]);
  const locations = location.filter((one) => isJsonObject(one));
  const isWhole = locations.length === location.length;
  return {
    location: isWhole ? columns(locations, ['longitude', 'latitude', 'altitudeMeters']) : location,
    ...others,
  };
}
