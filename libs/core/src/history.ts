import { addDays, type LocalDate } from './calendar.ts';
import type { Tick } from './tick.ts';

/** The provider keeps at least this many days; older ones may vanish without having been deleted. */
export const retentionDays = 90;

/** The first day of which the bridge has told all there is: older ones belong to nobody. */
export function historyFrom(tick: Pick<Tick, 'connection' | 'polling' | 'cursor'>): LocalDate {
  return tick.cursor.historyFrom ?? addDays(tick.connection.establishedOn, -tick.polling.backfillDays);
}
