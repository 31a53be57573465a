import { type Verdict, listed, verdict } from '#core';
import { lookAtPublicUrl } from '../../../auth/src/doctor/doctor.operator.ts';
import { lookAtAccessTokens } from './access-tokens.ts';
import { lookAtBudget } from './budget.ts';
import { lookAtPrivileges, lookAtRoles, lookAtSchema, lookAtServer } from './database.ts';
import type { Check } from './examine.ts';
import type { Installation } from './installation.adapters.ts';
import { lookAtProvider } from './provider.ts';
import { lookAtRedis } from './redis.ts';
import { type App, type Settings, apps } from './settings.ts';
import { type TenantReading, lookAtQuotas } from './tenant-file.ts';

export interface Examined {
  readonly settings: Settings;
  /** Undefined where the environment names none. */
  readonly tenantFile: TenantReading | undefined;
  /** The same with the client secrets, where auth is looked at. */
  readonly secrets: TenantReading | undefined;
  readonly installation: Installation;
}

/** What there is to look at, each behind what it needs. */
export function checksOf(examined: Examined): readonly Check[] {
  const { settings } = examined;
  return [
    ...configuration(examined),
    ...postgresql(examined),
    ...redis(examined),
    ...provider(examined),
    ...kafka(examined),
  ].flatMap(({ of = apps, reads = [], ...check }) => {
    if (!of.some((app) => settings.apps.includes(app))) return [];
    return [{ ...check, lacks: reads.filter((name) => settings.unusable.has(name)) }];
  });
}

interface AppsCheck extends Omit<Check, 'lacks'> {
  /** Apps that it matters to; all if not given. */
  readonly of?: readonly App[];
  /** Variables that it cannot do without. */
  readonly reads?: readonly string[];
}

function configuration({ settings, tenantFile, secrets }: Examined): readonly AppsCheck[] {
  const { env, verdicts } = settings;
  const fine = verdict.ok(`What ${listed(settings.apps, apps.length)} read is set as allowed.`);
  return [
    { name: 'settings', needs: [], look: told(verdicts.length > 0 ? verdicts : [fine]) },
    { name: 'tenant file', needs: [], reads: ['TENANTS_FILE'], look: told(tenantFile?.verdicts ?? []) },
    {
      name: 'client secrets',
      of: ['auth'],
      needs: ['tenant file'],
      look: told(
        secrets?.tenants === undefined
          ? (secrets?.verdicts ?? [])
          : [verdict.ok('Each client secret is where the tenant file says.')],
      ),
    },
    {
      name: 'quotas',
      needs: ['tenant file'],
      look: async () => lookAtQuotas(tenantFile?.tenants?.all() ?? []),
    },
    {
      name: 'public address',
      of: ['auth'],
      needs: [],
      reads: ['PUBLIC_URL'],
      look: async () => lookAtPublicUrl(env.PUBLIC_URL),
    },
  ];
}

const told = (verdicts: readonly Verdict[]) => (): Promise<readonly Verdict[]> => Promise.resolve(verdicts);

function postgresql({ settings, installation }: Examined): readonly AppsCheck[] {
  const database = () => installation.database(settings.apps);
  return [
    { name: 'postgresql', needs: [], reads: ['DATABASE_URL'], look: async () => lookAtServer(database()) },
    { name: 'database roles', needs: ['postgresql'], look: async () => lookAtRoles(database()) },
    { name: 'schema', needs: ['database roles'], look: async () => lookAtSchema(database()) },
    { name: 'privileges', needs: ['schema'], look: async () => lookAtPrivileges(database()) },
    {
      name: 'encryption keys',
      of: ['auth'],
      needs: ['privileges'],
      reads: ['ENCRYPTION_KEYS'],
      look: () => installation.keys(),
    },
  ];
}

const budgeted: readonly App[] = ['auth', 'poller'];

function redis({ settings, tenantFile, installation }: Examined): readonly AppsCheck[] {
  const payer = budgeted.find((app) => settings.apps.includes(app)) ?? 'poller';
  return [
    {
      name: 'redis',
      of: budgeted,
      needs: [],
      reads: ['REDIS_URL'],
      look: async () => lookAtRedis(installation.redis()),
    },
    {
      name: 'budget',
      of: budgeted,
      needs: ['redis', 'privileges', 'tenant file'],
      reads: ['DEPLOYMENT'],
      look: async () => lookAtBudget(tenantFile?.tenants?.all() ?? [], installation.budget(payer), installation.now()),
    },
  ];
}

function provider({ settings, tenantFile, secrets, installation }: Examined): readonly AppsCheck[] {
  return [
    {
      name: 'provider',
      of: ['poller'],
      needs: ['budget'],
      look: async () =>
        lookAtProvider(tenantFile?.tenants?.all() ?? [], { hello: installation.hello(), now: installation.now }),
    },
    {
      name: 'clients',
      of: ['auth'],
      needs: ['budget', 'client secrets'],
      look: () => installation.clients(secrets?.tenants?.all() ?? []),
    },
    {
      name: 'access tokens',
      of: ['poller'],
      needs: [],
      reads: ['AUTH_URL', 'INTERNAL_TOKEN'],
      look: () => lookAtAccessTokens(settings.env.AUTH_URL, () => installation.askForToken()),
    },
  ];
}

function kafka({ settings, tenantFile, installation }: Examined): readonly AppsCheck[] {
  const tenants = () => tenantFile?.tenants?.all() ?? [];
  const reads = [...settings.unusable].filter((name) => /^(KAFKA_|DEPLOYMENT$)/.test(name));
  const needs = ['kafka', 'privileges', 'tenant file'];
  const shared = { of: ['publisher'], needs } as const;
  return [
    { ...shared, name: 'kafka', needs: [], reads, look: async () => installation.publisher().broker() },
    { ...shared, name: 'kafka rights', look: async () => installation.publisher().rights(tenants()) },
    {
      ...shared,
      name: 'topics',
      needs: ['kafka rights'],
      look: async () => installation.publisher().topics(tenants()),
    },
    {
      ...shared,
      name: 'lanes',
      needs: ['kafka rights'],
      look: async () => installation.publisher().lanes(),
    },
  ];
}
