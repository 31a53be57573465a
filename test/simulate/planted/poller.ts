import { KnownSnapshots } from '#core';
import type { Plant } from '../plant.ts';

/** How late the ledger is, where it is not written before the request goes. */
const lateMs = 3_600_000;

export const pollerPlants: readonly Plant[] = [
  {
    name: 'what one listing lacks is deleted',
    poller: ({ snapshots }) => ({
      snapshots: {
        of: async (tick, fetched) => {
          const known = await snapshots.of(tick, fetched);
          return new KnownSnapshots(known.all().map((one) => ({ ...one, missingSince: one.missingSince ?? 0 })));
        },
      },
    }),
  },
  {
    name: 'a request that fails is refunded',
    poller: ({ dispatch, state }, { services: { budget } }) => {
      let failed = 0;
      return {
        dispatch: async (request) => {
          try {
            const response = await dispatch(request);
            if (response.status >= 500) failed += 1;
            return response;
          } catch (error) {
            failed += 1;
            throw error;
          }
        },
        state: {
          ...state,
          settle: (tenant, generation, settled) => {
            if (failed === 0) return state.settle(tenant, generation, settled);
            failed -= 1;
            for (const { heldUntil } of settled.slice(0, 1)) budget.refund(tenant, heldUntil, 1);
            return Promise.resolve();
          },
        },
      };
    },
  },
  {
    name: 'the ledger is written some time after the request',
    poller: ({ ledger }) => ({
      ledger: {
        ...ledger,
        add: (...args) => {
          setTimeout(() => void ledger.add(...args).catch(() => undefined), lateMs);
          return Promise.resolve();
        },
      },
    }),
  },
];
