import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchJars } from '../../deploy/local/services/jars.ts';
import { startLocalKafka } from '../../deploy/local/services/kafka.ts';
import { freePort } from '../../deploy/local/services/port.ts';
import { openSandbox } from '../../deploy/local/services/sandbox.ts';
import { Authority, type Certified } from './authority.ts';

/** A broker whose listeners ask for everything that a broker may ask for, each on a port of its own. */
export interface SecuredKafka {
  /** `host:port` of a listener: PLAINTEXT, SSL, SSL with client certificates, SASL_SSL, SASL_PLAINTEXT. */
  readonly plaintext: string;
  readonly tls: string;
  readonly mutual: string;
  readonly sasl: string;
  readonly saslPlaintext: string;
  /** What signed its certificate (PEM). */
  readonly ca: string;
  /** Of a client that it trusts. */
  readonly client: Certified;
  /** Known for SASL PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512. */
  readonly user: { readonly username: string; readonly password: string };
  stop(): Promise<void>;
}

const listeners = { TLS: 'SSL', MUTUAL: 'SSL', SASL: 'SASL_SSL', OPEN: 'SASL_PLAINTEXT' } as const;
type Listener = keyof typeof listeners;
const names = Object.keys(listeners) as readonly Listener[];

export interface SecuredKafkaOptions {
  /** Nobody may do anything but who comes without TLS and without a name, until rights are given. */
  readonly deniesByDefault?: boolean;
}

/** Needs Java, and openssl for the keys, which are made anew each time. */
export async function startSecuredKafka({ deniesByDefault = false }: SecuredKafkaOptions = {}): Promise<SecuredKafka> {
  const sandbox = await openSandbox();
  try {
    const { kafka: classes } = await fetchJars(sandbox, () => undefined);
    const authority = await Authority.open(join(sandbox.folder, 'authority'));
    const [own, client] = [
      await authority.certify('broker', 'IP:127.0.0.1'),
      await authority.certify('publisher', 'DNS:publisher'),
    ];
    const user = { username: 'publisher', password: randomUUID() };
    const ports = new Map<Listener, string>();
    const server = await startLocalKafka(sandbox, classes, async (folder) => {
      for (const name of names) ports.set(name, `127.0.0.1:${await freePort()}`);
      await writeFile(join(folder, 'keystore.pem'), `${own.key}${own.cert}`);
      await writeFile(join(folder, 'truststore.pem'), authority.cert);
      const more = deniesByDefault ? denial : {};
      return { properties: { ...properties(folder, ports, user), ...more }, format: scramUsers(user) };
    });
    const address = (name: Listener): string => ports.get(name) ?? '';
    return {
      plaintext: `127.0.0.1:${server.port}`,
      tls: address('TLS'),
      mutual: address('MUTUAL'),
      sasl: address('SASL'),
      saslPlaintext: address('OPEN'),
      ca: authority.cert,
      client,
      user,
      stop: () => sandbox.close(),
    };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}

const denial = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
};

function properties(
  folder: string,
  ports: ReadonlyMap<Listener, string>,
  { username, password }: SecuredKafka['user'],
): Readonly<Record<string, string>> {
  const addresses = [...ports].map(([name, address]) => `${name}://${address}`).join(',');
  const login = `org.apache.kafka.common.security.plain.PlainLoginModule required user_${username}="${password}";`;
  const scram = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
  const sasl = (listener: 'sasl' | 'open', ...mechanisms: readonly string[]): Readonly<Record<string, string>> => ({
    [`listener.name.${listener}.sasl.enabled.mechanisms`]: mechanisms.join(','),
    ...Object.fromEntries(
      mechanisms.map((mechanism) => [
        `listener.name.${listener}.${mechanism.toLowerCase()}.sasl.jaas.config`,
        mechanism === 'PLAIN' ? login : scram,
      ]),
    ),
  });
  return {
    listeners: addresses,
    'advertised.listeners': addresses,
    'listener.security.protocol.map': names.map((name) => `${name}:${listeners[name]}`).join(','),
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': join(folder, 'keystore.pem'),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': join(folder, 'truststore.pem'),
    'listener.name.mutual.ssl.client.auth': 'required',
    ...sasl('sasl', 'PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'),
    ...sasl('open', 'SCRAM-SHA-512'),
  };
}

function scramUsers({ username, password }: SecuredKafka['user']): readonly string[] {
  return ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
}
