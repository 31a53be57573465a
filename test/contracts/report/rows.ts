import { eventTypes, type Resource } from '#core';
import type { DescribedOperation } from '../../simulator/document/document.ts';

/** What was found out about the operations, by other means than the descriptors. */
export interface Findings {
  readonly operations: Readonly<Record<string, { readonly get: DescribedOperation }>>;
  /** Event types that have a committed schema. */
  readonly schemas: ReadonlySet<string>;
  /** By path: whether the simulator answered with 200, and how many changes its ledger tells of. */
  readonly simulated: Readonly<Record<string, { readonly answers: boolean; readonly changes: number }>>;
  /** Passed tests of the conformance suite, by resource. */
  readonly conformance: Readonly<Record<string, number>>;
}

export const columns = ['operation', 'polled', 'events', 'chunks', 'schema', 'simulator', 'conformance test'] as const;
export type Row = Readonly<Record<(typeof columns)[number], string>>;

/** Stands where nothing can be: an operation without data has nothing to poll. */
const cannotBe = '-';

/** One row for each operation of the provider's document, in its order. An empty cell is something that is missing. */
export function coverage(resources: readonly Resource[], findings: Findings): readonly Row[] {
  return Object.entries(findings.operations)
    .toSorted(([, { get: a }], [, { get: b }]) => numberOf(a) - numberOf(b))
    .map(([path, { get }]) =>
      row(
        path,
        get,
        resources.find(({ request }) => sameOperation(request.path, path)),
        findings,
      ),
    );
}

function sameOperation(one: string, other: string): boolean {
  const plain = (path: string): string => path.replaceAll(/\{\w+\}/g, '{}');
  return plain(one) === plain(other);
}

function row(path: string, described: DescribedOperation, resource: Resource | undefined, findings: Findings): Row {
  const { simulated, schemas, conformance } = findings;
  const simulation = simulated[path];
  const operation = `GET ${path}`;
  const answers = simulation?.answers === true ? 'answers' : '';
  // What asks for no scope has no data: it only says that the API is there.
  if (described['x-scope'] === null) {
    return {
      operation,
      polled: cannotBe,
      events: cannotBe,
      chunks: cannotBe,
      schema: cannotBe,
      simulator: answers,
      'conformance test': cannotBe,
    };
  }
  if (resource === undefined)
    return { operation, polled: '', events: '', chunks: '', schema: '', simulator: answers, 'conformance test': '' };
  const types = eventTypes(resource);
  const chunks = types.filter((type) => type.endsWith('Chunk'));
  const complete = types.filter((type) => schemas.has(type));
  const passed = conformance[resource.name] ?? 0;
  return {
    operation,
    polled: `${resource.name}: ${resource.request.shape === 'listing' ? 'listing + detail' : resource.request.shape}${resource.hot ? ', hot' : ''}`,
    events: String(types.length),
    chunks: chunks.length > 0 ? chunks.join(', ') : 'all inline',
    schema: complete.length === types.length ? `all ${types.length}` : '',
    simulator: simulation !== undefined && simulation.changes > 0 && answers !== '' ? `${answers}, changes` : '',
    'conformance test': passed > 0 ? `${passed} passed` : '',
  };
}

/** @returns `operation: column` of what is missing */
export function gaps(rows: readonly Row[]): readonly string[] {
  return rows.flatMap((row) =>
    columns.filter((column) => row[column] === '').map((column) => `${row.operation}: ${column}`),
  );
}

export function printed(rows: readonly Row[]): string {
  const width = (column: (typeof columns)[number]): number =>
    Math.max(column.length, ...rows.map((row) => row[column].length));
  const line = (cell: (column: (typeof columns)[number]) => string): string =>
    columns
      .map((column) => cell(column).padEnd(width(column)))
      .join('  ')
      .trimEnd();
  return [
    line((column) => column),
    line((column) => '-'.repeat(width(column))),
    ...rows.map((row) => line((column) => row[column])),
  ].join('\n');
}

/** Its number in the document. */
function numberOf(described: DescribedOperation): number {
  return (described as { readonly 'x-nr'?: number })['x-nr'] ?? 0;
}
