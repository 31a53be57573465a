import { byDate } from '../api/content.ts';
import { DAY, midnight, MINUTE } from '../calendar.ts';
import { activityDayBody } from '../world/activity-day.ts';
import type { LedgerEntry } from '../world/ledger.ts';
import type { Scene } from '../world/scene.ts';
import type { Definition } from './definition.ts';
import { growth, pastDays } from './growing-day.ts';

export const activity: Definition = {
  resource: 'activity',
  path: '/activity/list',
  content: {
    many: (history, asked) =>
      byDate(history.all('activity'), asked).map((day) => activityDayBody(day, (name) => asked.features.has(name))),
  },
  exampleTypes: {
    strings: ['minDailyMetGoal', 'height', 'weight', 'maximumHeartRate', 'restingHeartRate', 'factor', 'interval'],
  },
  facts: { 'activity-sync': { weight: 0, share: 10, happen: sync } },
  past: (history, era) =>
    pastDays(era).map(({ date, minutes }) => ({
      at: Math.min(midnight(date) + DAY, era.local - MINUTE),
      begin: (stamp) => history.begin('activity', { athlete: history.athlete, date, minutes }, stamp),
    })),
};

function sync(scene: Scene): readonly LedgerEntry[] {
  const { history } = scene;
  const { athlete } = history;
  const grown = growth(scene, 'activity', (date) => [date, athlete.deviceId]);
  if (grown === undefined) return [];
  const write = history.get('activity', [grown.date, athlete.deviceId]) === undefined ? 'create' : 'update';
  return [history[write]('activity', { athlete, ...grown }, 'activity-sync', history.stamp(scene.now))];
}
