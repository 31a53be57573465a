import { type Budget, type Tenant, type Verdict, momentOf, times, verdict } from '#core';

/** Whether the requests of each tenant can be counted, and whether Polar has refused any for too many. */
export async function lookAtBudget(
  tenants: readonly Tenant[],
  budget: Pick<Budget, 'usage'>,
  now: number,
): Promise<readonly Verdict[]> {
  const found = await Promise.all(
    tenants.map(async ({ id, polar }): Promise<readonly Verdict[]> => {
      const { pausedUntil } = await budget.usage(id);
      if (pausedUntil === null) return [];
      return [
        verdict.broken(
          `Polar has answered 429 to tenant ${id}: nothing is sent before ${momentOf(pausedUntil, now)}.`,
          `Look who else uses the client id ${polar.clientId} (another installation?), and whether \`quota\` of ${id} is more than Polar allows.`,
        ),
      ];
    }),
  );
  const wrong = found.flat();
  return wrong.length > 0 ? wrong : [verdict.ok(`The requests of ${times(tenants.length, 'tenant')} are counted.`)];
}
