import { beforeAll, describe, expect, it } from '@jest/globals';
import { eventTypes } from '#core';
import { resources } from '#resources';
import { DOCUMENT } from '../../simulator/document/document.ts';
import { committed } from '../committed.ts';
import { contractsFolder } from '../folder.ts';
import { releaseOf } from '../released.ts';
import { counted } from './conformance.ts';
import { coverage, gaps, printed, type Findings } from './rows.ts';
import { simulated } from './simulated.ts';

let findings: Findings;
beforeAll(async () => {
  const schemas = Object.keys(releaseOf(committed(contractsFolder)).schemas);
  findings = {
    operations: DOCUMENT.paths,
    schemas: new Set(schemas),
    simulated: await simulated(resources),
    // The suite itself runs beside this one.
    conformance: Object.fromEntries(resources.map(({ name }) => [name, 1])),
  };
});

describe('the report of the coverage', () => {
  it('has all 22 operations, and no empty cell', () => {
    const rows = coverage(resources, findings);
    expect(rows).toHaveLength(22);
    expect(gaps(rows)).toEqual([]);
    expect(printed(rows)).toContain('GET /sleeps');
  });

  it('leaves out what cannot be for the one operation without data', () => {
    const [hello, ...others] = coverage(resources, findings).filter(({ events }) => events === '-');
    expect([hello?.operation, hello?.simulator, others]).toEqual(['GET /hello', 'answers', []]);
  });

  it('names what is missing: a resource, a schema, a test, an answer', () => {
    const without = resources.filter(({ name }) => name !== 'sleeps');
    expect(gaps(coverage(without, findings))).toEqual(
      ['polled', 'events', 'chunks', 'schema', 'conformance test'].map((column) => `GET /sleeps: ${column}`),
    );
    const schemas = new Set([...findings.schemas].filter((type) => type !== 'WeightRecorded'));
    expect(gaps(coverage(resources, { ...findings, schemas }))).toEqual(['GET /calendar/list: schema']);
    const conformance = { ...findings.conformance, tests: 0 };
    expect(gaps(coverage(resources, { ...findings, conformance }))).toEqual(['GET /tests/list: conformance test']);
    const silent = { ...findings.simulated, '/hello': { answers: false, changes: 0 } };
    expect(gaps(coverage(resources, { ...findings, simulated: silent }))).toEqual(['GET /hello: simulator']);
  });

  it('counts every event type of a resource', () => {
    const row = coverage(resources, findings).find(({ operation }) => operation === 'GET /tests/list');
    const tests = resources.find(({ name }) => name === 'tests');
    expect(row?.events).toBe(String(tests === undefined ? 0 : eventTypes(tests).length));
  });

  it('counts the tests of a resource, and none when one of them failed', () => {
    const test = (resource: string, status: string) => ({ status, ancestorTitles: [`the resource ${resource}`] });
    const assertionResults = [test('a', 'passed'), test('a', 'passed'), test('b', 'passed'), test('b', 'failed')];
    expect(counted({ testResults: [{ assertionResults }] })).toEqual({ a: 2, b: 0 });
  });
});
