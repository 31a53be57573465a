import { describe, expect, it } from '@jest/globals';
import { BridgeError, isBridgeError, type BudgetLane, type ErrorCode } from '#core';
import type { Dispatch, PolarRequest, PolarResponse } from './request.ts';
import { withAuth } from './with-auth.ts';
import { Breakers } from './breakers.ts';
import { withBreakers } from './with-breakers.ts';
import { withBudget } from './with-budget.ts';

const request: PolarRequest = {
  tenant: 'acme',
  connection: 'c1',
  resource: 'sleeps',
  url: new URL('https://provider.example/sleeps'),
  lane: 'hot',
  poll: {},
  headers: { accept: 'application/json' },
};
const response = (status: number): PolarResponse => ({ status, headers: {}, body: '' });

describe('withAuth', () => {
  const setup = (statuses: readonly number[]) => {
    const log: string[] = [];
    let issued = 0;
    const dispatch: Dispatch = withAuth(
      {
        accessToken: async (connection) => `${connection}-${(issued += 1)}`,
        refused: (connection, token) => log.push(`refused ${connection} ${token}`),
      },
      async ({ headers }) => {
        log.push(`${headers['accept']} ${headers['authorization']}`);
        return response(statuses[log.filter((line) => line.includes('Bearer')).length - 1] ?? 500);
      },
    );
    return { log, dispatch };
  };

  it('sends the token of the connection, and leaves any answer but a 401 alone', async () => {
    const { log, dispatch } = setup([403]);
    expect(await dispatch(request)).toEqual(response(403));
    expect(log).toEqual(['application/json Bearer c1-1']);
  });

  it('tries once more with another token after a 401', async () => {
    const { log, dispatch } = setup([401, 200]);
    expect(await dispatch(request)).toEqual(response(200));
    expect(log).toEqual(['application/json Bearer c1-1', 'refused c1 c1-1', 'application/json Bearer c1-2']);
  });

  it('leaves a second 401 to the caller', async () => {
    const { log, dispatch } = setup([401, 401, 200]);
    expect(await dispatch(request)).toEqual(response(401));
    expect(log).toHaveLength(3);
  });

  it('sends nothing without a token', async () => {
    const refusal = new BridgeError('TOKEN_REJECTED', 'no token');
    const dispatch = withAuth({ accessToken: () => Promise.reject(refusal), refused: () => undefined }, () =>
      Promise.reject(new Error('it was sent')),
    );
    await expect(dispatch(request)).rejects.toBe(refusal);
  });
});

describe('withBudget', () => {
  const setup = (next: Dispatch, charge: () => Promise<void> = async () => undefined) => {
    const log: string[] = [];
    const dispatch = withBudget(
      {
        async charge(tenant: string, lane: BudgetLane) {
          await charge();
          log.push(`charge ${tenant} ${lane}`);
          return {
            settle: async () => {
              log.push('settle');
            },
          };
        },
        pause: async () => undefined,
        usage: async () => ({ windows: [], pausedUntil: null }),
      },
      async (request) => {
        log.push('send');
        return next(request);
      },
    );
    return { log, dispatch };
  };

  it('pays before sending and settles after the answer, whatever it is', async () => {
    const { log, dispatch } = setup(async () => response(500));
    expect(await dispatch(request)).toEqual(response(500));
    expect(log).toEqual(['charge acme hot', 'send', 'settle']);
  });

  it('settles a request that failed', async () => {
    const { log, dispatch } = setup(() => Promise.reject(new Error('reset')));
    await expect(dispatch(request)).rejects.toThrow('reset');
    expect(log).toEqual(['charge acme hot', 'send', 'settle']);
  });

  it('never sends what was refused', async () => {
    const refusal = new BridgeError('BUDGET_EXHAUSTED', 'used up', { waitUntil: 5 });
    const { log, dispatch } = setup(
      async () => response(200),
      () => Promise.reject(refusal),
    );
    await expect(dispatch(request)).rejects.toBe(refusal);
    expect(log).toEqual([]);
  });

  it('pays for the second try of a refused token too', async () => {
    const { log, dispatch } = setup(async () => response(401));
    await withAuth({ accessToken: async () => 't', refused: () => undefined }, dispatch)(request);
    expect(log.filter((line) => line.startsWith('charge'))).toHaveLength(2);
  });
});

describe('withBreakers', () => {
  const failure = (code: ErrorCode) => new BridgeError(code, 'no');

  /** What becomes of the sixth athlete's request when five others ended like this. */
  const sixth = async (ending: number | Error): Promise<string> => {
    let sent = 0;
    const dispatch = withBreakers(new Breakers({ now: () => 0, random: () => 0 }), async () => {
      sent += 1;
      if (sent > 5) return response(200);
      if (ending instanceof Error) throw ending;
      return response(ending);
    });
    for (let index = 1; index <= 5; index += 1)
      await dispatch({ ...request, connection: `c${index}` }).catch((error: unknown) => {
        if (error !== ending) throw error;
      });
    return dispatch({ ...request, connection: 'c6' }).then(
      () => 'sent',
      (error: unknown) => (isBridgeError(error) ? error.code : String(error)),
    );
  };

  it.each([500, 503, failure('PROVIDER_TIMEOUT'), failure('PROVIDER_UNAVAILABLE')])(
    'sends nothing more after five athletes got %p',
    async (ending) => {
      expect(await sixth(ending)).toBe('BREAKER_OPEN');
    },
  );

  it.each([
    200,
    204,
    400,
    401,
    403,
    404,
    429,
    failure('AUTH_UNAVAILABLE'),
    failure('BUDGET_EXHAUSTED'),
    new Error('odd'),
  ])('takes %p for no sign of an outage', async (ending) => {
    expect(await sixth(ending)).toBe('sent');
  });
});
