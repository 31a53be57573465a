import { DAY } from '../calendar.ts';
import type { Switches } from '../switches.ts';
import type { Asked, Operation } from './operations.ts';

/** What is wrong with a request's parameters, in the provider's words where they are known. */
export interface Refusal {
  readonly refusal: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;

/** Checks `from`, `to` and `features`. Unknown query keys are ignored, as observed live. */
export function parameters(
  operation: Operation,
  query: URLSearchParams,
  keptFrom: string,
  switches: Switches,
): Asked | Refusal {
  const { range } = operation;
  const features = new Set(query.getAll('features'));
  for (const feature of features) {
    if (operation.features.includes(feature)) continue;
    if (switches.unknown_feature === '400') return { refusal: `Unknown value '${feature}' for key 'features'` };
    features.delete(feature);
  }
  if (range === undefined) return { from: '', to: '', features, keptFrom };

  const ends: Record<string, string> = {};
  for (const key of ['from', 'to']) {
    const value = query.get(key);
    if (value === null || value === '') return { refusal: `Query parameter '${key}' is required` };
    const wanted = switches.date_dialect === 'doc' ? 'date' : range.dialect;
    const moment = parse(value, wanted, switches.date_dialect === 'lenient');
    if (moment === undefined) return { refusal: `Value for key '${key}' could not be parsed as ${wanted}` };
    ends[key] = moment;
  }
  const { from = '', to = '' } = ends;
  if (from >= to) return { refusal: `Value for key 'from' must be before 'to'` };

  const days = (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / DAY;
  const limit = features.size > 0 && switches.features_gt_1day === '400' ? range.maxWithFeatures : range.max;
  if (days > limit) {
    const when = limit < range.max ? ' when features are requested' : '';
    return { refusal: `Date range must not be longer than ${limit} day${limit === 1 ? '' : 's'}${when}` };
  }
  return { from, to, features, keptFrom };
}

/** The value as a naive local time; nothing if it is of another form, or is no day of any calendar. */
function parse(value: string, wanted: 'date' | 'datetime', isLenient: boolean): string | undefined {
  const isDate = DATE.test(value);
  if (!isDate && !DATETIME.test(value)) return undefined;
  if (!isLenient && isDate !== (wanted === 'date')) return undefined;
  const moment = isDate ? `${value}T00:00:00` : value;
  const at = Date.parse(`${moment}Z`);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 19) !== moment ? undefined : moment;
}
