import { describe, expect, it } from '@jest/globals';
import { differences } from './differences.ts';

describe('differences', () => {
  it('lets the server add defaults, leave out what is empty, and write quantities as texts', () => {
    const sent = { cpu: 1, ingress: [], annotations: { a: {} }, list: [{ name: 'a' }], tolerations: ['ours'] };
    const got = { cpu: '1', list: [{ name: 'a', protocol: 'TCP' }], tolerations: ['ours', 'theirs'], status: {} };
    expect(differences(sent, got, 'pod')).toEqual([]);
  });

  it.each([
    [{ a: 1 }, {}, 'pod.a: 1 became nothing'],
    [{ a: { b: 'x' } }, { a: { b: 'y' } }, 'pod.a.b: "x" became "y"'],
    [{ a: [1, 2] }, { a: [1] }, 'pod.a: [1,2] became [1]'],
    [{ a: [{ b: 1 }] }, { a: [{ b: 2 }] }, 'pod.a[0].b: 1 became 2'],
  ])('finds what was dropped or changed: %j %j', (sent, got, found) => {
    expect(differences(sent, got, 'pod')).toEqual([found]);
  });
});
