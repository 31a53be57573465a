import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toWindows } from '../../../libs/queue/src/budget/windows.ts';
import type { BudgetState } from '../../../libs/queue/src/budget/state.ts';

/** The shared state of one tenant's budget, on clocks that the test moves. */
export interface StateUnderTest {
  readonly state: BudgetState;
  /** How long a request counts as in flight, in ms. */
  readonly hold: number;
  /** Epoch ms: the clock of the state and that of whoever calls. */
  setClocks(state: number, caller: number): Promise<void>;
  lose(): Promise<void>;
  close(): Promise<void>;
}

const start = 1_800_000_000_000;
const windows = toWindows([
  { requests: 4, seconds: 60 },
  { requests: 6, seconds: 3600 },
]);
/** Whose shares are the whole of it. */
const lane = 'refresh';

/** What the request budget relies on. */
export function budgetStateConforms(name: string, open: () => Promise<StateUnderTest>): void {
  describe(`the budget's state in ${name}`, () => {
    let scene: StateUnderTest;
    let state: BudgetState;
    beforeEach(async () => {
      scene = await open();
      ({ state } = scene);
      await scene.setClocks(start, start);
    });
    afterEach(() => scene.close());

    const build = async (minutes: readonly (readonly [number, number])[] = [], generation = 'g1'): Promise<void> => {
      await state.begin('acme', windows, 'ticket');
      await state.commit('acme', 'ticket', generation, minutes);
    };
    const charge = async (count: number, pausedUntil = 0) => {
      const charged = await state.charge('acme', windows, [{ lane, count }], pausedUntil);
      return charged?.lanes[0];
    };

    it('is unknown until it is built by somebody who holds a ticket', async () => {
      expect(await charge(1)).toBeUndefined();
      expect([await state.verify('acme'), await state.usage('acme', windows)]).toEqual([null, null]);
      expect(await state.begin('acme', windows, 't')).toEqual({ now: start, longest: 3_600_000 });
      await state.commit('acme', 'another', 'g0', []);
      expect(await state.verify('acme')).toBeNull();
      await state.commit('acme', 't', 'g1', []);
      expect(await state.verify('acme')).toEqual({ generation: 'g1', at: start });
      expect(await state.begin('acme', windows, 'late')).toBeNull();
    });

    it('grants what fits into every window, and says when there will be room', async () => {
      await build();
      expect(await charge(3)).toMatchObject({ granted: 3 });
      const refused = await charge(2);
      expect(refused).toMatchObject({ granted: 1 });
      expect(await state.usage('acme', windows)).toMatchObject({ used: [4, 4] });
      expect(refused?.waitUntil).toBeGreaterThanOrEqual(start + scene.hold + 60_000);
      await scene.setClocks(refused?.waitUntil ?? 0, refused?.waitUntil ?? 0);
      expect(await charge(4)).toMatchObject({ granted: 2 });
      expect(await state.usage('acme', windows)).toMatchObject({ used: [2, 6] });
    });

    it('counts a request from its settlement on, once, and only in the generation that it was charged in', async () => {
      await build();
      const charged = await state.charge('acme', windows, [{ lane, count: 4 }], 0);
      const heldUntil = charged?.heldUntil ?? 0;
      expect(heldUntil).toBe(start + scene.hold);
      await scene.setClocks(start + 1000, start + 1000);
      await state.settle('acme', 'g0', [{ heldUntil, count: 4 }]);
      expect((await charge(1))?.waitUntil).toBeGreaterThan(start + 61_000 + scene.hold / 2);
      await state.settle('acme', 'g1', [{ heldUntil, count: 4 }]);
      expect((await charge(1))?.waitUntil).toBeLessThan(start + 62_000);
      await scene.setClocks(start + 62_000, start + 62_000);
      expect(await state.usage('acme', windows)).toMatchObject({ used: [0, 4] });
    });

    it('forgets by the earlier clock, and dates by the later one', async () => {
      await build();
      await scene.setClocks(start + 600_000, start);
      const charged = await state.charge('acme', windows, [{ lane, count: 4 }], 0);
      expect(charged).toMatchObject({ at: start + 600_000, heldUntil: start + 600_000 + scene.hold });
      await scene.setClocks(start + 700_000, start + 100_000);
      expect(await state.usage('acme', windows)).toMatchObject({ now: start + 100_000, used: [4, 4] });
      const until = (await charge(1))?.waitUntil ?? 0;
      await scene.setClocks(until + 600_000, until);
      expect(await charge(1)).toMatchObject({ granted: 1 });
    });

    it('is made again from the ledger, as late as its requests can have ended', async () => {
      await build();
      await charge(4);
      await scene.lose();
      expect(await charge(1)).toBeUndefined();
      await build([[start + 60_000 + scene.hold, 4]], 'g2');
      expect(await charge(1)).toMatchObject({ granted: 0 });
      expect(await state.verify('acme')).toMatchObject({ generation: 'g2' });
    });

    it('takes a ticket back that was lost with the state', async () => {
      await state.begin('acme', windows, 'old');
      await scene.lose();
      await state.begin('acme', windows, 'new');
      await state.commit('acme', 'old', 'g-old', []);
      expect(await state.verify('acme')).toBeNull();
      await state.commit('acme', 'new', 'g-new', []);
      expect(await state.verify('acme')).toMatchObject({ generation: 'g-new' });
    });

    it('has nobody charge during a pause, and goes at half pace after it', async () => {
      await build();
      expect(await state.pause('acme', windows, start + 10_000)).toBe(true);
      expect(await charge(1)).toMatchObject({ granted: 0, waitUntil: start + 10_000 });
      await scene.setClocks(start + 10_000, start + 10_000);
      expect(await charge(4)).toMatchObject({ granted: 2 });
      expect(await state.usage('acme', windows)).toMatchObject({ pause: start + 10_000, slow: start + 70_000 });
    });

    it('is unknown to whoever has a window that it does not have', async () => {
      await build();
      const others = toWindows([{ requests: 9, seconds: 120 }]);
      expect(await state.charge('acme', others, [{ lane, count: 1 }], 0)).toBeNull();
      await state.begin('acme', others, 't2');
      await state.commit('acme', 't2', 'g2', []);
      expect(await state.usage('acme', windows)).toMatchObject({ used: [0, 0] });
      expect(await state.usage('acme', others)).toMatchObject({ used: [0] });
    });
  });
}
