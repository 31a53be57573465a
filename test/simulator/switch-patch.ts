import { DEFAULT_SWITCHES, type Switches } from './switches.ts';

type Check = (value: unknown) => boolean;

const flag: Check = (value) => typeof value === 'boolean';
const rate: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1;
const positive: Check = (value) => typeof value === 'number' && value > 0;
const amount: Check = (value) => typeof value === 'number' && value >= 0;
const wait: Check = (value) => amount(value) || (Array.isArray(value) && value.length === 2 && value.every(amount));
const texts: Check = (value) => Array.isArray(value) && value.every((item) => typeof item === 'string');
const oneOf =
  (...words: readonly string[]): Check =>
  (value) =>
    words.includes(value as string);

const CHECKS: Readonly<Record<keyof Switches, Check>> = {
  auto_consent: flag,
  deny: flag,
  expires_in: positive,
  code_expires_in: positive,
  refresh_rotation: oneOf('rotate', 'keep', 'rotate+grace'),
  refresh_grace: amount,
  x_user_id: flag,
  drop_scope: texts,
  revoked_answer: oneOf('403', '401', 'invalid_grant'),
  token_latency: wait,
  token_5xx_rate: rate,
  token_lost_rate: rate,
  envelope: oneOf('live', 'doc'),
  date_dialect: oneOf('live', 'doc', 'lenient'),
  numbers: oneOf('table', 'example', 'strings'),
  empty: oneOf('list', 'object', '204', '404'),
  ratelimit_headers: oneOf('none', 'v3-style', 'retry-after'),
  rate_window: oneOf('fixed', 'sliding'),
  error_body: oneOf('errorMessage', 'error', 'text', 'html'),
  features_gt_1day: oneOf('400', 'allow'),
  unknown_feature: oneOf('400', 'ignore'),
  session_ids: oneOf('numeric', 'uuid'),
  targets_params: oneOf('live', 'doc'),
  sports: oneOf('array', 'wrapped', 'empty'),
  sports_names: flag,
  poison_days: (value) =>
    Array.isArray(value) && value.every((day) => typeof day?.path === 'string' && typeof day?.date === 'string'),
  latency: wait,
  '5xx_rate': rate,
  truncate_rate: rate,
  html_rate: rate,
  timeout_rate: rate,
  hanging_athletes: texts,
  unknown_envelope: texts,
  unknown_fields: flag,
  hold_until_observed: flag,
  ppi_full_day: flag,
  mix: (value) => typeof value === 'object' && value !== null && Object.values(value).every(amount),
};

/** Flags may be said in words. */
const ON_OFF: Readonly<Record<string, boolean>> = { on: true, off: false };

/** Changes some switches in place. A name or value that does not exist is refused, and then nothing is changed. */
export function patchSwitches(switches: Switches, patch: unknown): Switches {
  if (typeof patch !== 'object' || patch === null) throw new Error('switches come as an object');
  const changes = Object.entries(patch).map(([name, value]) => [name, ON_OFF[value as string] ?? value] as const);
  for (const [name, value] of changes) {
    if (!(name in DEFAULT_SWITCHES)) throw new Error(`no switch is called ${name}`);
    if (!CHECKS[name as keyof Switches](value)) throw new Error(`${name} cannot be ${JSON.stringify(value)}`);
  }
  return Object.assign(switches, Object.fromEntries(changes));
}
