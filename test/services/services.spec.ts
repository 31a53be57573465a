import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { findDockerEngine } from '../../deploy/local/services/docker.ts';
import { startServices } from '../../deploy/local/services/index.ts';
import { KAFKA_VERSION } from '../../deploy/local/services/jars.ts';
import { hosts, provide } from '../../deploy/local/services/provide.ts';
import type { Context, Provided, ServiceDefinition } from '../../deploy/local/services/types.ts';
import { WAYS } from '../../deploy/local/services/types.ts';

const notHere = async (): Promise<never> => {
  throw new Error('not here');
};

function provided(origin: string): Provided {
  return { address: `test://user:secret@${origin}:1`, origin, stop: async () => undefined };
}

function service(parts: Partial<ServiceDefinition> = {}): ServiceDefinition {
  return {
    name: 'redis',
    variable: 'REDIS_URL',
    localNeeds: 'install Java 17 and Maven',
    check: async () => '1',
    docker: async () => provided('docker'),
    local: async () => provided('local'),
    ...parts,
  };
}

function context(parts: Partial<Context> = {}): Context {
  return {
    env: {},
    durable: true,
    progress: () => undefined,
    sandbox: notHere,
    dockerEngine: async () => undefined,
    jars: notHere,
    ...parts,
  };
}

describe('the way to a service', () => {
  it('is the address in the environment, before all others', async () => {
    const env = { REDIS_URL: 'redis://elsewhere:1' };
    expect(await provide(service(), context({ env }), WAYS)).toMatchObject({ address: 'redis://elsewhere:1' });
  });

  it('is Docker when there is no address', async () => {
    expect(await provide(service(), context(), WAYS)).toMatchObject({ origin: 'docker' });
    expect(await provide(service(), context({ env: { REDIS_URL: '' } }), WAYS)).toMatchObject({ origin: 'docker' });
  });

  it('is a local process when no Docker engine answers, or the container fails', async () => {
    expect(await provide(service(), context({ dockerEngine: notHere }), WAYS)).toMatchObject({ origin: 'local' });
    expect(await provide(service({ docker: notHere }), context(), WAYS)).toMatchObject({ origin: 'local' });
  });

  it('can be prescribed', async () => {
    const env = { REDIS_URL: 'redis://elsewhere:1' };
    expect(await provide(service(), context({ env }), ['local'])).toMatchObject({ origin: 'local' });
  });

  it('is reported without user and password', async () => {
    const lines: string[] = [];
    await provide(service(), context({ progress: (name, text) => lines.push(`${name} ${text}`) }), ['local']);
    expect(lines).toEqual([expect.stringMatching(/^redis local ready on local:1 in \d+\.\d s$/)]);
  });
});

describe('when there is no way', () => {
  it('the error names the service, each way with its reason, and what to do', async () => {
    const none = provide(service({ local: notHere }), context({ dockerEngine: notHere }), WAYS);
    await expect(none).rejects.toThrow(
      [
        'redis is not available. Tried:',
        '  1. REDIS_URL: not set',
        '  2. Docker: not here',
        '  3. local process: not here',
        'To go on: set REDIS_URL to one that runs; or start Docker; or install Java 17 and Maven.',
      ].join('\n'),
    );
  });

  it('an address at which nothing answers is an error, and no other way is tried', async () => {
    const env = { DATABASE_URL: 'postgres://me:secret@127.0.0.1:1/app' };
    const failure = provide(service({ variable: 'DATABASE_URL', check: notHere }), context({ env }), WAYS, 0);
    await expect(failure).rejects.toThrow(
      [
        'redis is not available. Tried:',
        '  1. DATABASE_URL: 127.0.0.1:1 did not answer within 0 s: not here',
        'To go on: start what DATABASE_URL points to; or unset it, for then comes: Docker, local process.',
      ].join('\n'),
    );
  });

  it('all services that fail are named', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
    const failure = startServices({ env, ways: ['environment', 'docker'] });
    await expect(failure).rejects.toThrow(/postgres is not available[^]*is not available[^]*is not available/);
    await expect(failure).rejects.toThrow(/no Docker engine answers \(tcp:\/\/127\.0\.0\.1:1: .*ECONNREFUSED/);
  });

  it('a service that was not asked for has no address', async () => {
    const services = await startServices({ only: [] });
    expect(() => services.redisUrl).toThrow('redis was not started');
    await expect(services.restart('kafka')).rejects.toThrow('kafka was not started');
    await services.stop();
  });
});

describe('a Docker engine', () => {
  it('is there when it answers a ping', async () => {
    const engine = createServer((request, response) => response.writeHead(request.url === '/_ping' ? 200 : 404).end());
    await new Promise<void>((resolve) => {
      engine.listen(0, '127.0.0.1', resolve);
    });
    const place = `tcp://127.0.0.1:${(engine.address() as AddressInfo).port}`;
    await findDockerEngine({ DOCKER_HOST: place });
    await new Promise((resolve) => {
      engine.close(resolve);
    });
    await expect(findDockerEngine({ DOCKER_HOST: place })).rejects.toThrow('no Docker engine answers');
  });
});

describe('addresses', () => {
  it('are shown without user and password', () => {
    expect(hosts('postgres://me:secret@db.example:5432/app')).toBe('db.example:5432');
    expect(hosts('one.example:9092,two.example:9092')).toBe('one.example:9092,two.example:9092');
  });
});

it('the Kafka version that people read is the one in pom.xml', async () => {
  const pom = await readFile('deploy/local/services/pom.xml', 'utf8');
  expect(pom).toContain(`<artifactId>kafka_2.13</artifactId>\n      <version>${KAFKA_VERSION}</version>`);
});
