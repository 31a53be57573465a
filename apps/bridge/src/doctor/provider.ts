import { type Tenant, type Verdict, isBridgeError, listed, times, verdict } from '#core';
import type { Hello } from '#polar';
import { clockVerdicts } from './clock.ts';
import { hostOf } from './places.ts';

export interface ProviderPorts {
  readonly hello: (tenant: string) => Promise<Hello>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** Asks each address of the provider's API once, on the account of the first tenant that has it. */
export async function lookAtProvider(tenants: readonly Tenant[], ports: ProviderPorts): Promise<readonly Verdict[]> {
  const served = tenants.filter(({ paused }) => !paused);
  if (served.length === 0) return [verdict.skipped('Not asked: every tenant is paused.')];
  const byAddress = [...Map.groupBy(served, ({ polar }) => polar.apiUrl)];
  const found = await Promise.all(byAddress.map(([apiUrl, some]) => lookAtAddress(apiUrl, some, ports)));
  const wrong = found.flat();
  if (wrong.length > 0) return wrong;
  return [
    verdict.ok(
      `${listed(
        byAddress.map(([apiUrl]) => apiUrl),
        3,
      )} answers.`,
    ),
  ];
}

async function lookAtAddress(
  apiUrl: string,
  tenants: readonly Tenant[],
  { hello, now }: ProviderPorts,
): Promise<readonly Verdict[]> {
  const where = `${apiUrl} (apiUrl of ${tenants.length === 1 ? `tenant ${tenants[0]?.id ?? ''}` : times(tenants.length, 'tenant')})`;
  try {
    const before = now();
    const { status, at } = await hello(tenants[0]?.id ?? '');
    if (status >= 300)
      return [
        verdict.broken(
          `${where} answers ${String(status)} to /hello, so it is not where Polar's API begins.`,
          'Correct `apiUrl` in the tenant file, or leave it out: the default is right for Polar.',
        ),
      ];
    if (at === undefined) return [];
    return clockVerdicts(`the provider at ${hostOf(apiUrl)}`, { before, at, after: now(), stepMs: 1000 });
  } catch (error) {
    if (isBridgeError(error, 'PROVIDER_UNAVAILABLE') || isBridgeError(error, 'PROVIDER_TIMEOUT'))
      return [
        verdict.broken(
          `The provider cannot be reached: ${where}.`,
          'Look at the way out of this network (egress rules, proxy, DNS). If it answers elsewhere, Polar may be away: polls go on by themselves.',
        ),
      ];
    if (isBridgeError(error, 'PROVIDER_RATE_LIMITED'))
      return [
        verdict.broken(
          `The provider answers 429: ${where}.`,
          'Look who else uses the client id, and whether `quota` in the tenant file is more than Polar allows.',
        ),
      ];
    if (isBridgeError(error, 'BUDGET_EXHAUSTED'))
      return [verdict.skipped(`Not asked: the requests are used up for now, ${where}.`)];
    throw error;
  }
}
