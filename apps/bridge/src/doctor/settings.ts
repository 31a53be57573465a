import { AuthEnv, PollerEnv, PublisherEnv, checkEnv, type EnvProblem, type EnvSource } from '#config';
import { type Verdict, verdict } from '#core';
import type { DatabaseRole } from '#store';

export const apps = ['auth', 'poller', 'publisher'] as const;
export type App = (typeof apps)[number];

/** As what it works in the database. */
export const roleOf = (app: App): DatabaseRole => `accesslink_bridge_${app}`;

/** What an installation is told by the environment, as far as it can be used: what `unusable` names is not there. */
export interface Settings {
  readonly apps: readonly App[];
  readonly env: Readonly<AuthEnv & PollerEnv & PublisherEnv>;
  /** Names of variables. */
  readonly unusable: ReadonlySet<string>;
  readonly verdicts: readonly Verdict[];
}

/** What each app reads. */
export const envTypes = { auth: AuthEnv, poller: PollerEnv, publisher: PublisherEnv } as const;

/** Reads what the apps read, by their own rules. */
export function readSettings(chosen: readonly App[], source?: EnvSource): Settings {
  const read = chosen.map((app) => checkEnv<object>(envTypes[app], source));
  const problems = new Map<string, EnvProblem>(
    read.flatMap(({ problems: wrong }) => wrong.map((one) => [one.name, one] as const)),
  );
  return {
    apps: chosen,
    env: Object.assign({}, ...read.map(({ env }) => env)) as Settings['env'],
    unusable: new Set(problems.keys()),
    verdicts: [...problems.values()].map(({ wrong, advice }) => verdict.broken(wrong, advice)),
  };
}
