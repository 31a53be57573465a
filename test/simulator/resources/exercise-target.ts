import type { Body } from '../document/fill.ts';
import { MINUTE } from '../calendar.ts';
import type { Random } from '../random.ts';

/** A DateTime structure "in UTC"; its resolution is a second. */
export function dateTime(instant: number): Body {
  const [year, month, day, hour, min, sec] = new Date(instant)
    .toISOString()
    .split(/[-T:.Z]/)
    .map(Number);
  return { year, month, day, hour, min, sec };
}

/** `2026-11-22T06:31:02` for a DateTime structure. */
export function textOf(struct: unknown): string {
  const part = (name: string) => String((struct as Readonly<Record<string, number>>)[name]).padStart(2, '0');
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('min')}:${part('sec')}`;
}

/** The one exercise that a target nearly always has, within the documented limits. */
export function exerciseTarget(draw: Random, routeId?: string): Body {
  const base = { idx: 0, sportId: draw.pick(['1', '2', '11']) };
  if (routeId !== undefined) return { ...base, type: 'ROUTE', routeId };
  const kind = draw.int(1, 3);
  if (kind === 1) return { ...base, type: 'VOLUME', duration: draw.int(20, 120) * MINUTE };
  if (kind === 2) return { ...base, type: 'VOLUME', distance: draw.int(3, 25) * 1000 };
  return { ...base, type: 'PHASED', phaseOrRepeat: phases(draw) };
}

function phases(draw: Random): readonly Body[] {
  const phase = (name: string, minutes: number, zone: number) => ({
    name,
    changeType: draw.pick(['MANUAL', 'AUTOMATIC']),
    goal: { type: 'DURATION', duration: minutes * MINUTE },
    intensity: { type: 'HEART_RATE_ZONES', lowerZone: zone, upperZone: zone + 1 },
  });
  // A repeat has neither name nor goal, whatever the table says.
  const repeat = {
    repeatCount: draw.int(2, 8),
    phaseOrRepeat: [phase('Work', draw.int(2, 6), 4), phase('Rest', 2, 1)],
  };
  return [phase('Warm-up', 10, 1), repeat, phase('Cool-down', 10, 1)];
}
