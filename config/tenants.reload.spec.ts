import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { acme, knownResources } from './tenants.fixture.ts';
import { TenantFile } from './tenants.ts';

/** A volume as the kubelet writes it: what is mounted are links through `..data`, which is replaced as a whole. */
class Volume {
  readonly folder = mkdtempSync(join(tmpdir(), 'volume-'));
  #version = 0;

  constructor(files: Readonly<Record<string, string>>) {
    this.swap(files);
    for (const name of Object.keys(files)) symlinkSync(join('..data', name), this.path(name));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  swap(files: Readonly<Record<string, string>>): void {
    const before = `..2026_11_27_${String(this.#version)}`;
    this.#version += 1;
    const now = `..2026_11_27_${String(this.#version)}`;
    mkdirSync(this.path(now));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.path(now), name), text);
    symlinkSync(now, this.path('..data_tmp'));
    renameSync(this.path('..data_tmp'), this.path('..data'));
    rmSync(this.path(before), { recursive: true, force: true });
  }
}

const text = (...tenants: readonly object[]): string => stringify({ tenants });
const beta = { id: 'beta', polar: { clientId: 'b', clientSecret: { env: 'B' } } };

describe('the tenant file of a ConfigMap', () => {
  it('is taken over when Kubernetes swaps the volume', () => {
    const volume = new Volume({ 'tenants.yaml': text(acme()) });
    const tenants = new TenantFile(volume.path('tenants.yaml'), { knownResources });
    expect(tenants.reload()).toBe(false);
    volume.swap({ 'tenants.yaml': text(acme(), beta) });
    expect(tenants.reload()).toBe(true);
    volume.swap({ 'tenants.yaml': text(acme({ paused: true }), beta) });
    expect(tenants.reload()).toBe(true);
    expect(tenants.all().map(({ id, paused }) => [id, paused])).toEqual([
      ['acme', true],
      ['beta', false],
    ]);
    // The same content in a new version is nothing new.
    volume.swap({ 'tenants.yaml': text(acme({ paused: true }), beta) });
    expect(tenants.reload()).toBe(false);
  });

  it.each<[string, (volume: Volume) => void, string]>([
    ['it is broken', (volume) => volume.swap({ 'tenants.yaml': text(acme({ id: 'A' })) }), 'tenants[0].id: "A"'],
    ['it is half written', (volume) => volume.swap({ 'tenants.yaml': text(acme()).slice(0, 40) }), 'tenants[0].polar'],
    ['it is empty', (volume) => volume.swap({ 'tenants.yaml': '' }), 'the whole file'],
    ['it is gone', (volume) => volume.swap({}), 'ENOENT'],
    ['its volume is gone', ({ folder }) => rmSync(folder, { recursive: true }), 'ENOENT'],
  ])('changes nothing while %s, says why each time, and is taken over when it is good again', (_, spoil, why) => {
    const volume = new Volume({ 'tenants.yaml': text(acme()) });
    const tenants = new TenantFile(volume.path('tenants.yaml'), { knownResources });
    const before = tenants.all();
    spoil(volume);
    for (let look = 0; look < 3; look += 1) expect(() => tenants.reload()).toThrow(why);
    expect(tenants.all()).toBe(before);
    mkdirSync(volume.folder, { recursive: true });
    rmSync(volume.path('tenants.yaml'), { force: true });
    writeFileSync(volume.path('tenants.yaml'), text(acme(), beta));
    expect(tenants.reload()).toBe(true);
    expect(tenants.all()).toHaveLength(2);
  });
});

describe('a secret in a file', () => {
  const file = (volume: Volume): object => ({ clientSecret: { file: volume.path('secret') } });

  it('is taken over when it rotates, although the tenant file is the same', () => {
    const secrets = new Volume({ secret: 'old\n' });
    const config = new Volume({
      'tenants.yaml': text(acme({ polar: { clientId: 'a', ...file(secrets) } }), beta),
    });
    const options = { knownResources, withSecrets: true, source: { B: 'secret of beta' } };
    const tenants = new TenantFile(config.path('tenants.yaml'), options);
    expect(tenants.get('acme').polar.clientSecret).toBe('old');
    const other = tenants.get('beta');
    expect(tenants.reload()).toBe(false);
    secrets.swap({ secret: 'new\n' });
    expect(tenants.reload()).toBe(true);
    expect(tenants.get('acme').polar.clientSecret).toBe('new');
    expect(tenants.get('beta')).toBe(other);
  });

  it.each([{}, { secret: '' }, { secret: ' \n' }])(
    'that is not there or empty for a moment (%j) costs nothing',
    (files) => {
      const secrets = new Volume({ secret: 'old' });
      const config = new Volume({ 'tenants.yaml': text(acme({ polar: { clientId: 'a', ...file(secrets) } })) });
      const tenants = new TenantFile(config.path('tenants.yaml'), { knownResources, withSecrets: true, source: {} });
      secrets.swap(files);
      expect(() => tenants.reload()).toThrow(
        `tenants[0].polar.clientSecret.file: "${secrets.path('secret')}"; allowed: a`,
      );
      expect(tenants.get('acme').polar.clientSecret).toBe('old');
      secrets.swap({ secret: 'new' });
      expect(tenants.reload()).toBe(true);
      expect(tenants.get('acme').polar.clientSecret).toBe('new');
    },
  );
});
