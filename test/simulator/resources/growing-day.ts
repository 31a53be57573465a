import { addDays, DAY, MINUTE } from '../calendar.ts';
import { localOf, todayOf, type Era, type Scene } from '../world/scene.ts';

export const MINUTES_PER_DAY = DAY / MINUTE;

export interface Growth {
  readonly date: string;
  readonly minutes: number;
}

/** A sync brings two to forty minutes more of today, sometimes of yesterday, never of the future. */
export function growth(
  scene: Scene,
  resource: 'activity' | 'ppi-samples',
  identity: (date: string) => readonly string[],
): Growth | undefined {
  const { history, draw, isFree } = scene;
  const today = todayOf(scene);
  const yesterday = addDays(today, -1);
  const by = draw.int(2, 40);
  for (const date of draw.chance(0.2) ? [yesterday, today] : [today, yesterday]) {
    const known = history.get(resource, identity(date))?.value.minutes ?? 0;
    const last = date === today ? Math.floor((localOf(scene) % DAY) / MINUTE) : MINUTES_PER_DAY;
    const minutes = Math.min(last, known + by);
    if (minutes > known && isFree(resource, identity(date))) return { date, minutes };
  }
  return undefined;
}

/** The days before today: all of them whole but yesterday, of which something is left to bring. */
export function pastDays({ today, days, draw }: Era): readonly Growth[] {
  return Array.from({ length: days - 1 }, (_, index) => {
    const back = days - 1 - index;
    return { date: addDays(today, -back), minutes: back === 1 ? draw.int(500, 1000) : MINUTES_PER_DAY };
  });
}
