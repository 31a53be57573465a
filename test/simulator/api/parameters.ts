import { DAY } from '../calendar.ts';
import type { DescribedParameter } from '../document/document.ts';
import type { Switches } from '../switches.ts';
import type { Asked } from './content.ts';
import type { Operation } from './operations.ts';

/** What is wrong with a request's parameters, in the provider's words where they are known. */
export interface Refusal {
  readonly refusal: string;
}

export interface Query {
  readonly query: URLSearchParams;
  /** What the path says, by the parameter's name. */
  readonly values: Readonly<Record<string, string>>;
  readonly keptFrom: string;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATETIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/;

/** Checks what the document has of an operation's parameters. Unknown query keys are ignored, as observed live. */
export function parameters(
  operation: Operation,
  { query, values, keptFrom }: Query,
  switches: Switches,
): Asked | Refusal {
  const features = featuresOf(operation, query, switches);
  if ('refusal' in features) return features;
  const range = rangeOf(operation, query, features.size > 0, switches);
  if ('refusal' in range) return range;
  const others = othersOf(operation, query, values);
  if ('refusal' in others) return others;
  return { ...range, features, values: others.values, keptFrom, hasSportsNames: switches.sports_names };
}

function featuresOf(operation: Operation, query: URLSearchParams, switches: Switches): Set<string> | Refusal {
  const features = new Set(operation.features.length === 0 ? [] : query.getAll('features'));
  for (const feature of features) {
    if (operation.features.includes(feature)) continue;
    if (switches.unknown_feature === '400') return { refusal: `Unknown value '${feature}' for key 'features'` };
    features.delete(feature);
  }
  return features;
}

type Range = Pick<Asked, 'from' | 'to'>;

function rangeOf(
  operation: Operation,
  query: URLSearchParams,
  hasFeatures: boolean,
  switches: Switches,
): Range | Refusal {
  const { range } = operation;
  if (range === undefined) return { from: '', to: '' };
  const ends: string[] = [];
  for (const bound of ['inclusive', 'exclusive'] as const) {
    const key = nameOf(operation, bound, switches);
    const value = query.get(key);
    if (value === null || value === '') return { refusal: `Query parameter '${key}' is required` };
    const wanted = switches.date_dialect === 'doc' ? 'date' : range.dialect;
    const moment = parse(value, wanted, switches.date_dialect === 'lenient');
    if (moment === undefined) return { refusal: `Value for key '${key}' could not be parsed as ${wanted}` };
    ends.push(moment);
  }
  const [from = '', to = ''] = ends;
  if (from >= to) return { refusal: `Value for key 'from' must be before 'to'` };

  const days = (Date.parse(`${to}Z`) - Date.parse(`${from}Z`)) / DAY;
  const limit = hasFeatures && switches.features_gt_1day === '400' ? range.maxWithFeatures : range.max;
  if (days > limit) {
    const when = limit < range.max ? ' when features are requested' : '';
    return { refusal: `Date range must not be longer than ${limit} day${limit === 1 ? '' : 's'}${when}` };
  }
  return { from, to };
}

/** One operation's bounds have other names live than in the documentation. */
function nameOf({ parameters }: Operation, bound: 'inclusive' | 'exclusive', switches: Switches): string {
  const parameter = parameters.find((one) => one['x-bound'] === bound);
  if (parameter === undefined) throw new Error(`a range without its ${bound} end`);
  return switches.targets_params === 'doc' ? parameter.name : (parameter['x-live-name'] ?? parameter.name);
}

function othersOf(
  operation: Operation,
  query: URLSearchParams,
  path: Readonly<Record<string, string>>,
): Pick<Asked, 'values'> | Refusal {
  const values: Record<string, string> = {};
  for (const parameter of operation.parameters) {
    const { name, in: place, required, schema } = parameter;
    if (parameter['x-bound'] !== undefined || schema.items !== undefined) continue;
    const value = place === 'path' ? path[name] : query.get(name);
    if (!value) {
      if (required) return { refusal: `Query parameter '${name}' is required` };
    } else if (suits(value, parameter)) values[name] = value;
    else
      return { refusal: `Value for key '${name}' could not be parsed as ${schema.format ?? schema.enum?.join(', ')}` };
  }
  return { values };
}

function suits(value: string, { schema }: DescribedParameter): boolean {
  if (schema.enum !== undefined) return schema.enum.includes(value);
  return schema.format !== 'uint64' || /^\d{1,20}$/.test(value);
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
