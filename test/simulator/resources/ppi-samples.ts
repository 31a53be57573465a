import { byDate } from '../api/content.ts';
import { DAY, midnight, MINUTE } from '../calendar.ts';
import type { LedgerEntry } from '../world/ledger.ts';
import { FEW_PER_MINUTE, ppiDayBody, REAL_PER_MINUTE } from '../world/ppi-day.ts';
import type { Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';
import { growth, pastDays } from './growing-day.ts';

export const ppiSamples: Definition = {
  resource: 'ppi-samples',
  path: '/ppi-samples',
  content: {
    many: (history, asked) =>
      byDate(history.all('ppi-samples'), asked).map((day) => ppiDayBody(day, (name) => asked.features.has(name))),
  },
  facts: { 'ppi-sync': { weight: 0, share: 10, happen: sync } },
  past: (history, era) =>
    pastDays(era).map(({ date, minutes }) => ({
      at: Math.min(midnight(date) + DAY, era.local - MINUTE),
      begin: (stamp) => {
        const day = { athlete: history.athlete, date, minutes, perMinute: perMinute(era), modified: stamp };
        history.begin('ppi-samples', day, stamp);
      },
    })),
};

function sync(scene: Scene): readonly LedgerEntry[] {
  const { history } = scene;
  const { athlete } = history;
  const grown = growth(scene, 'ppi-samples', (date) => [date, athlete.deviceUuid]);
  if (grown === undefined) return [];
  const known = history.get('ppi-samples', [grown.date, athlete.deviceUuid])?.value;
  const modified = history.stamp(scene.now);
  // A day keeps its density, so that what was read of it before stays as it was.
  const day = { athlete, ...grown, perMinute: known?.perMinute ?? perMinute(scene), modified };
  return [history[known === undefined ? 'create' : 'update']('ppi-samples', day, 'ppi-sync', modified)];
}

function perMinute({ ppiFullDay }: Pick<Scene, 'ppiFullDay'>): number {
  return ppiFullDay ? REAL_PER_MINUTE : FEW_PER_MINUTE;
}
