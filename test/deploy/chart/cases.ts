import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root } from '../build-file.ts';
import type { Values } from './helm.ts';

const tenants = {
  list: [
    {
      id: 'acme',
      name: 'Acme Sleep Lab',
      polar: { clientId: '4f1c', clientSecret: { file: '/etc/accesslink-bridge/tenant-secrets/acme' } },
      quota: [{ requests: 3000, seconds: 900 }],
    },
  ],
  existingSecret: 'polar-clients',
};

/** What has no default. */
export const needed: Values = { publicUrl: 'https://connect.example.com', kafka: { brokers: 'kafka:9092' }, tenants };

const everything: Values = {
  ...needed,
  image: { repository: 'registry.example.com/bridge', digest: `sha256:${'a'.repeat(64)}`, pullPolicy: 'Always' },
  imagePullSecrets: [{ name: 'registry' }],
  logLevel: 'debug',
  kafka: {
    brokers: 'kafka-0:9093,kafka-1:9093',
    compression: 'zstd',
    tls: { enabled: true, ca: true, clientCertificate: true },
    sasl: { mechanism: 'scram-sha-512' },
  },
  migrate: { serviceAccountName: 'migrator' },
  auth: { settings: { TRUSTED_PROXIES: '10.0.0.0/8' } },
  poller: {
    settings: {
      POLL_CONCURRENCY: 32,
      PUBLIC_RATE_LIMIT: 1_000_000,
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.monitoring:4318',
      OTEL_SERVICE_NAME: 'polar-poller',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=prod,team=data',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: 0.05,
    },
  },
  publisher: { settings: { OUTBOX_RETENTION_HOURS: 336 }, relay: 'debezium', debeziumSlot: 'other' },
  traces: { headers: true },
  keda: { enabled: true, prometheus: 'http://prometheus.monitoring:9090' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  priorityClassName: 'important',
  podAnnotations: { 'example.com/team': 'data' },
  commonLabels: { 'example.com/cost': 'sleep' },
  serviceAccount: { annotations: { 'example.com/role': 'bridge' } },
  networkPolicy: {
    operatorPeers: [{ namespaceSelector: {}, podSelector: { matchLabels: { role: 'operator' } } }],
    postgresPeers: [{ ipBlock: { cidr: '10.1.0.0/16' } }],
    redisPeers: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'redis' } } }],
    kafkaPeers: [{ ipBlock: { cidr: '10.2.0.0/16', except: ['10.2.9.0/24'] } }],
    kafkaPorts: [9093],
    tracesPeers: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
  },
  ingress: { enabled: true, className: 'nginx', annotations: { a: 'b' }, tlsSecret: 'connect-tls' },
  httpRoute: { enabled: true, parentRefs: [{ name: 'public', namespace: 'gateways' }] },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
  prometheusRule: { enabled: true, labels: { release: 'prometheus' } },
};

const off = { enabled: false };
const minimal: Values = {
  ...needed,
  tenants: { existingConfigMap: 'my-tenants' },
  migrate: off,
  auth: { replicas: 1 },
  poller: { replicas: 1, adminToken: false, autoscaling: off },
  publisher: { replicas: 1, adminToken: false, autoscaling: off },
  podDisruptionBudget: off,
  networkPolicy: off,
  serviceAccount: { create: false },
  topologySpreadConstraints: [],
};

const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://traces.example.com' };

const externalSecrets: Values = {
  ...needed,
  existingSecret: '',
  migrate: { existingSecret: 'owner-login' },
  traces: { headers: true },
  auth: { existingSecret: 'auth-keys', settings: traced },
  poller: { existingSecret: 'poller-keys' },
  publisher: { existingSecret: 'publisher-keys', settings: traced },
};

/** The values that a page shows. @throws when it shows none */
function shownIn(page: string): Values {
  const text = /^```yaml\n(image: [^]*?)^```/m.exec(readFileSync(join(root, page), 'utf8'))?.[1];
  if (text === undefined)
    throw new Error(`${page} shows no values of the chart, a block of YAML that begins with image`);
  return parse(text) as Values;
}

/** What has to be accepted. */
export const matrix: ReadonlyMap<string, Values> = new Map([
  ['defaults', needed],
  ['everything', everything],
  ['minimal', minimal],
  ['external-secrets', externalSecrets],
  ['getting-started', shownIn('docs/getting-started.md')],
  ['kubernetes', shownIn('docs/kubernetes.md')],
  ['long-names', { ...needed, fullnameOverride: 'x'.repeat(60) }],
]);

/** Values that have to be refused, and words of the message. */
export const refused: ReadonlyMap<string, readonly [Values, RegExp]> = new Map<string, readonly [Values, RegExp]>([
  ['nothing-set', [{}, /tenants\.list: name a tenant|publicUrl: set where/]],
  ['no-brokers', [{ ...needed, kafka: {} }, /kafka\.brokers: set host:port/]],
  ['no-tenants', [{ ...needed, tenants: {} }, /tenants\.list: name a tenant/]],
  ['no-secret', [{ ...needed, existingSecret: '' }, /existingSecret: name the Secret that has its keys/]],
  ['unknown-key', [{ ...needed, replicaCount: 3 }, /additional properties 'replicaCount' not allowed/]],
  ['unknown-setting', [{ ...needed, poller: { settings: { POLL_SPEED: 1 } } }, /'\/poller\/settings'.*'POLL_SPEED'/]],
  ['secret-as-setting', [{ ...needed, auth: { settings: { ADMIN_TOKEN: 'x' } } }, /'\/auth\/settings'.*'ADMIN_TOKEN'/]],
  [
    'key-as-setting',
    [
      { ...needed, poller: { settings: { OTEL_EXPORTER_OTLP_HEADERS: 'x-key=x' } } },
      /'\/poller\/settings'.*'OTEL_EXPORTER_OTLP_HEADERS'/,
    ],
  ],
  [
    'secret-in-tenant',
    [
      { ...needed, tenants: { list: [{ id: 'a', polar: { clientId: 'a', clientSecret: 'pasted' } }] } },
      /'\/tenants\/list\/0\/polar\/clientSecret': got string, want object/,
    ],
  ],
  ['latest', [{ ...needed, image: { tag: 'latest' } }, /image\.tag: latest says nothing/]],
  ['bad-brokers', [{ ...needed, kafka: { brokers: 'kafka' } }, /'\/kafka\/brokers': 'kafka' does not match/]],
  ['ca-without-tls', [{ ...needed, kafka: { brokers: 'k:1', tls: { ca: true } } }, /'\/kafka\/tls\/enabled'/]],
  ['bad-mechanism', [{ ...needed, kafka: { brokers: 'k:1', sasl: { mechanism: 'gssapi' } } }, /scram-sha-256/]],
  ['bad-relay', [{ ...needed, publisher: { relay: 'pulsar' } }, /'\/publisher\/relay'.*'debezium'/]],
  ['no-limits', [{ ...needed, auth: { resources: { limits: null } } }, /'\/auth\/resources'/]],
  ['bad-url', [{ ...needed, publicUrl: 'connect.example.com' }, /'\/publicUrl'/]],
  ['bad-level', [{ ...needed, logLevel: 'loud' }, /'\/logLevel'.*'debug'/]],
  ['short-grace', [{ ...needed, shutdownDelaySeconds: 60 }, /terminationGracePeriodSeconds: 35 is too short/]],
  ['keda-blind', [{ ...needed, keda: { enabled: true } }, /keda\.prometheus: set where Prometheus answers/]],
  ['route-without-gateway', [{ ...needed, httpRoute: { enabled: true } }, /httpRoute\.parentRefs: name a Gateway/]],
  [
    'route-with-path',
    [{ ...needed, publicUrl: 'https://a.example/polar', ingress: { enabled: true } }, /publicUrl: .* has a path/],
  ],
  ['no-provider', [{ ...needed, networkPolicy: { authProviderPeers: [] } }, /'\/networkPolicy\/authProviderPeers'/]],
]);
