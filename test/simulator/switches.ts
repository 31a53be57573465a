/**
 * What can be changed while the simulator runs. The defaults are what was observed live; the documented form of the
 * same answers, and every answer that nobody has documented, is one switch away.
 */
export interface PoisonDay {
  /** Absent: every athlete. */
  readonly athlete?: string;
  readonly path: string;
  readonly date: string;
  /** Also without features. Live, only a request with features failed. */
  readonly always?: boolean;
}

export interface Switches {
  // OAuth
  auto_consent: boolean;
  deny: boolean;
  /** Seconds; 3599 observed live, 43199 documented. */
  expires_in: number;
  code_expires_in: number;
  refresh_rotation: 'rotate' | 'keep' | 'rotate+grace';
  /** How long a rotated refresh token stays good under `rotate+grace`, in seconds. */
  refresh_grace: number;
  x_user_id: boolean;
  /** Scopes that the user unticks: the token comes without them. */
  drop_scope: readonly string[];
  /** What a withdrawn consent looks like; not documented. */
  revoked_answer: '403' | '401' | 'invalid_grant';
  token_latency: number | readonly [number, number];
  token_5xx_rate: number;
  /** The token endpoint does its work and then loses the answer. */
  token_lost_rate: number;

  // the API's forms
  envelope: 'live' | 'doc';
  date_dialect: 'live' | 'doc' | 'lenient';
  /** `strings` prints every number as a string, `example` only where the documentation's examples do. */
  numbers: 'table' | 'example' | 'strings';
  empty: 'list' | 'object' | '204' | '404';
  ratelimit_headers: 'none' | 'v3-style' | 'retry-after';
  rate_window: 'fixed' | 'sliding';
  error_body: 'errorMessage' | 'error' | 'text' | 'html';
  features_gt_1day: '400' | 'allow';
  unknown_feature: '400' | 'ignore';
  session_ids: 'numeric' | 'uuid';
  /** The names of the bounds of `/training-target/calendar-targets`: `from` or `fromDate`. */
  targets_params: 'live' | 'doc';
  /** `array` follows `envelope`; `empty` was once observed live. */
  sports: 'array' | 'wrapped' | 'empty';
  /** Sports have a `name`, which was observed live and is not documented. */
  sports_names: boolean;

  // the API's faults
  poison_days: readonly PoisonDay[];
  /** Milliseconds, or the two ends of a range. */
  latency: number | readonly [number, number];
  '5xx_rate': number;
  truncate_rate: number;
  html_rate: number;
  timeout_rate: number;
  /** Athletes whose requests are never answered. */
  hanging_athletes: readonly string[];
  /** Paths that answer 200 with their data under a key that nobody knows. */
  unknown_envelope: readonly string[];
  unknown_fields: boolean;

  // the world
  hold_until_observed: boolean;
  /** New PPI days have the eighty thousand samples of a real one instead of a few thousand. */
  ppi_full_day: boolean;
  /**
   * Weights of the facts, by name; see `world/facts.ts`. Names that are left out keep their weight. A resource whose
   * facts all weigh nothing has no past: an athlete gets his when somebody first asks for his data.
   */
  mix: Readonly<Record<string, number>>;
}

export const DEFAULT_SWITCHES: Readonly<Switches> = {
  auto_consent: false,
  deny: false,
  expires_in: 3599,
  code_expires_in: 600,
  refresh_rotation: 'rotate',
  refresh_grace: 60,
  x_user_id: true,
  drop_scope: [],
  revoked_answer: '403',
  token_latency: 0,
  token_5xx_rate: 0,
  token_lost_rate: 0,
  envelope: 'live',
  date_dialect: 'live',
  numbers: 'table',
  empty: 'list',
  ratelimit_headers: 'none',
  rate_window: 'fixed',
  error_body: 'errorMessage',
  features_gt_1day: '400',
  unknown_feature: '400',
  session_ids: 'numeric',
  targets_params: 'live',
  sports: 'array',
  sports_names: true,
  poison_days: [],
  latency: 0,
  '5xx_rate': 0,
  truncate_rate: 0,
  html_rate: 0,
  timeout_rate: 0,
  hanging_athletes: [],
  unknown_envelope: [],
  unknown_fields: false,
  hold_until_observed: false,
  ppi_full_day: false,
  mix: {},
};

/** The documented forms, as one patch: a client must live with either. */
export const DOCUMENTED: Readonly<Partial<Switches>> = {
  envelope: 'doc',
  date_dialect: 'doc',
  targets_params: 'doc',
  sports_names: false,
  expires_in: 43199,
  x_user_id: false,
};
