import { DAY, utc } from '../calendar.ts';
import { fill, type Body, type Brush } from '../document/fill.ts';
import type { Random } from '../random.ts';
import type { History } from '../world/history.ts';
import { at, textAt } from '../world/kept.ts';
import { created, NOTHING, onOne, other, pastItem, revised } from '../world/kept-facts.ts';
import type { LedgerEntry } from '../world/ledger.ts';
import type { Scene } from '../world/scene.ts';
import { isOpen, rewritten, routeOf, soon, target } from './calendar-targets.ts';
import type { Definition } from './definition.ts';

const RESOURCE = 'routes';
const NAMES = ['Round the lake', 'Over the ridge', 'Along the river', 'To the coast', 'Forest loop'];

export const routes: Definition = {
  resource: RESOURCE,
  path: '/routes/{routeId}',
  content: { one: (history, { values }) => history.get(RESOURCE, [values['routeId'] ?? ''])?.value.body },
  facts: {
    'route-save': { weight: 0, share: 2, happen: save },
    'route-revise': { weight: 0, share: 1, happen: revise },
  },
  past: (history, { local, now, draw }) => {
    const written = local - draw.int(1, 5) * DAY;
    const saved = pastItem(history, RESOURCE, written, (brush) => userRoute(history, brush));
    const start = soon(now, draw);
    const scheduled = pastItem(history, 'calendar-targets', written + 1, (brush) =>
      target(history, { brush, start, routeId: newest(history) }),
    );
    return [saved, scheduled];
  },
};

/** A route is known only by what refers to it, so it comes with a target. */
function save(scene: Scene): readonly LedgerEntry[] {
  const { history, now, draw } = scene;
  const saved = created(scene, RESOURCE, 'route-save', (brush) => userRoute(history, brush));
  const routeId = textAt(saved.body, 'id');
  const start = soon(now, draw);
  const scheduled = created(scene, 'calendar-targets', 'route-save', (brush) =>
    target(history, { brush, start, routeId }),
  );
  return [saved, scheduled];
}

/** A route that is saved again is sent to the watch again: its target changes too. */
function revise(scene: Scene): readonly LedgerEntry[] {
  const { history, isFree } = scene;
  const suits = (body: Body) =>
    isOpen(scene)(body) && isFree(RESOURCE, [routeOf(body) ?? '']) && routeOf(body) !== undefined;
  return onOne(scene, 'calendar-targets', suits, (scheduled) => {
    const kept = history.get(RESOURCE, [routeOf(scheduled.body) ?? ''])?.value;
    if (kept === undefined) return NOTHING;
    const saved = revised(scene, RESOURCE, 'route-revise', kept, (body, brush) => {
      const route = body['route'] as Body;
      const name = other(brush.draw, NAMES, route['name']);
      return { ...body, modified: utc(brush.at), route: { ...route, name } };
    });
    return [saved, rewritten(scene, 'route-revise', scheduled)];
  });
}

function newest(history: History): string {
  return textAt(history.all(RESOURCE).at(-1)?.body, 'id');
}

function userRoute(history: History, brush: Brush): Body {
  const id = history.nextId(RESOURCE);
  const { draw } = brush;
  const points = line(draw);
  return fill('routeUserRoute', brush, {
    id,
    legacyRouteId: `4${id}`,
    route: {
      name: draw.pick(NAMES),
      routeSource: 'POLAR_FLOW',
      sourceId: id,
      sourceVersionIdentifier: '1',
      hasInstructions: true,
      sportId: 1,
      distanceMeters: at(points.at(-1), 'distanceFromStartMeters'),
      routePoints: points,
    },
  });
}

/** A point per hundred metres, on a line that wobbles, with a turn here and there. */
function line(draw: Random): readonly Body[] {
  const [longitude, latitude] = [draw.float(22, 29, 5), draw.float(60, 65, 5)];
  return Array.from({ length: draw.int(20, 60) }, (_, index) => ({
    location: {
      longitude: Number((longitude + index * 0.0018).toFixed(5)),
      latitude: Number((latitude + draw.float(-0.0004, 0.0004, 5)).toFixed(5)),
      altitudeMeters: draw.float(60, 120, 1),
    },
    distanceFromStartMeters: index * 100,
    timeOffsetFromStartMillis: index * 36_000,
    ...(index % 10 === 5 && { instructions: [instruction(draw)] }),
  }));
}

function instruction(draw: Random): Body {
  const direction = draw.pick(['LEFT', 'RIGHT']);
  return draw.pick([
    { turn: { direction, type: draw.pick(['REGULAR', 'SLIGHT', 'SHARP']) } },
    { fork: { direction } },
    { continueStraight: {} },
    { roundaboutExit: { currentExitNumber: 1, targetExitNumber: 2, totalExits: 4, orientation: 'CLOCKWISE' } },
  ]);
}
