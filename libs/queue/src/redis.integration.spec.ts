import { describe, expect, it } from '@jest/globals';
import { Proxy } from '../../../test/integration/proxy.ts';
import { connectRedis } from './redis.ts';

describe('a connection to Redis', () => {
  it('that is silent for too long is given up, and another one takes its place', async () => {
    // oxlint-disable-next-line node/no-process-env -- an integration test is configured by its environment
    const server = process.env['REDIS_URL'];
    if (server === undefined) throw new Error('REDIS_URL is not set: jest starts the services in its global setup');
    const url = new URL(server);
    const line = await Proxy.open(Number(url.port));
    url.port = String(line.port);
    const back = Promise.withResolvers<void>();
    const redis = connectRedis(url.href, { longestSilenceMs: 300 });
    try {
      await redis.ping();
      redis.on('ready', () => back.resolve());
      line.forsake();
      await expect(redis.ping()).rejects.toThrow();
      await back.promise;
      expect(await redis.ping()).toBe('PONG');
    } finally {
      redis.disconnect();
      line.close();
    }
  });
});
