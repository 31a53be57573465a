import { expect, it } from '@jest/globals';
import { flatPlan, flatProfile, profileOf, slotsPerDay } from '#core';
import type { StoredProfile } from '#store';
import { DayPlans } from './day-plans.ts';

/** All changes in the two hours from this one on. */
function profile(hour: number, overrides: Partial<StoredProfile> = {}): StoredProfile {
  const slots = Array.from({ length: slotsPerDay }, (_, slot) => (slot >= hour * 4 && slot < hour * 4 + 8 ? 500 : 1));
  return { tenant: 'acme', resource: 'walks', slots, days: 1, notedAt: 0, ...overrides };
}

const profileIn = (plans: DayPlans, resource = 'walks') => plans.of('acme', resource).profile;

it('the plan is flat before anything is known, and until a whole day was watched', async () => {
  const plans = new DayPlans();
  expect(plans.of('acme', 'walks')).toEqual({ profile: flatProfile, plan: flatPlan });
  plans.note(profile(7, { days: 0.9 }));
  expect(plans.isNewest('acme', 'walks')).toBe(true);
  expect(plans.of('acme', 'walks').plan).toBe(flatPlan);
});

it('a plan is made for those who ask, and for nobody else', async () => {
  const plans = new DayPlans();
  plans.note(profile(7));
  plans.note(profile(7, { resource: 'hikes' }));
  expect(profileIn(plans)).toBe(flatProfile);
  expect(plans.isNewest('acme', 'walks')).toBe(false);
  await plans.made();
  expect(plans.isNewest('acme', 'walks')).toBe(true);
  expect(profileIn(plans)).toEqual(profileOf(profile(7).slots));
  const { plan } = plans.of('acme', 'walks');
  // After the morning nothing is to be expected for long.
  expect(plan.next(20_000.4, 20) - 20_000.4).toBeGreaterThan(2 * (plan.next(20_000.3, 20) - 20_000.3));
  // Nobody has asked for it until now.
  expect(profileIn(plans, 'hikes')).toBe(flatProfile);
  expect(plans.isNewest('acme', 'hikes')).toBe(false);
  await plans.stop();
});

it('a plan is made anew when the profile has moved, and stays as it is otherwise', async () => {
  const plans = new DayPlans();
  plans.note(profile(7));
  plans.of('acme', 'walks');
  await plans.made();
  const { plan } = plans.of('acme', 'walks');
  const { slots } = profile(7);
  plans.note(profile(7, { slots: slots.map((count) => count * 1.01) }));
  expect(plans.isNewest('acme', 'walks')).toBe(true);
  plans.note(profile(18));
  expect(plans.of('acme', 'walks').plan).toBe(plan);
  await plans.made();
  expect(profileIn(plans)).toEqual(profileOf(profile(18).slots));
});

it('what comes while a plan is made is made after it, where it has moved', async () => {
  const plans = new DayPlans();
  plans.note(profile(7));
  plans.of('acme', 'walks');
  plans.note(profile(18));
  plans.of('acme', 'walks');
  await plans.made();
  expect(profileIn(plans)).toEqual(profileOf(profile(18).slots));

  const same = profile(18).slots.map((count) => count * 1.01);
  plans.note(profile(7));
  plans.of('acme', 'walks');
  // As it was: there is no need for the other one any more.
  plans.note(profile(18, { slots: same }));
  expect(plans.isNewest('acme', 'walks')).toBe(true);
  await plans.made();
  expect(profileIn(plans)).toEqual(profileOf(profile(18).slots));
});

it('stopping does not wait for plans', async () => {
  const plans = new DayPlans();
  for (let resource = 0; resource < 5; resource += 1) {
    plans.note(profile(7, { resource: `r${resource}` }));
    plans.of('acme', `r${resource}`);
  }
  await plans.stop();
  expect(profileIn(plans, 'r4')).toBe(flatProfile);
});
