import { parser } from '@prometheus-io/lezer-promql';
import type { SyntaxNode } from '@lezer/common';
import type { Metrics } from './metrics-page.ts';

/** Labels that Prometheus gives to what it scrapes. */
const scraped = ['job', 'instance'];
/** What Prometheus itself has: `ALERTS` is of its rules, `up` of its targets. */
const foreign: Readonly<Record<string, readonly string[]>> = {
  ALERTS: ['alertname', 'alertstate', 'severity', 'tenant', 'lane', 'service'],
  up: [],
};

/** What is wrong with a query: its syntax, a metric that there is none of, a label that its metrics do not have. */
export function faultsOf(query: string, metrics: Metrics): readonly string[] {
  const text = query.replaceAll('$__rate_interval', '5m').replaceAll(/\$\w+/g, 'x');
  const tree = parser.parse(text);
  const faults: string[] = [];
  let selectors = 0;
  tree.iterate({
    enter(reference) {
      const { node } = reference;
      if (node.type.isError) faults.push(`is no PromQL at "${text.slice(node.from, node.from + 20)}"`);
      if (node.name === 'VectorSelector') {
        selectors += 1;
        faults.push(...faultsOfSelector(node, text, metrics));
      }
      if (node.name === 'AggregateExpr') faults.push(...faultsOfGrouping(node, text, metrics));
    },
  });
  if (selectors === 0) faults.push('asks for no metric');
  return faults;
}

function faultsOfSelector(node: SyntaxNode, text: string, metrics: Metrics): readonly string[] {
  const name = textOf(node.getChild('Identifier'), text);
  const labels = labelsOf(name, metrics);
  if (labels === undefined) return [`there is no metric ${name}`];
  return namesIn(node.getChild('LabelMatchers'), text)
    .filter((label) => !labels.has(label))
    .map((label) => `${name} has no label ${label}`);
}

/** Labels that are grouped by have to be some metric's under the aggregation. */
function faultsOfGrouping(node: SyntaxNode, text: string, metrics: Metrics): readonly string[] {
  const below = new Set<string>();
  node.cursor().iterate(({ node: inner }) => {
    if (inner.name === 'VectorSelector')
      for (const label of labelsOf(textOf(inner.getChild('Identifier'), text), metrics) ?? []) below.add(label);
  });
  return namesIn(node.getChild('AggregateModifier'), text)
    .filter((label) => !below.has(label))
    .map((label) => `nothing has the label ${label}, by which it groups`);
}

/** @returns undefined where there is no such metric */
function labelsOf(series: string, metrics: Metrics): ReadonlySet<string> | undefined {
  if (Object.hasOwn(foreign, series)) return new Set([...scraped, ...(foreign[series] ?? [])]);
  const plain = metrics.get(series);
  // The parts of a histogram are what is asked for, never its own name.
  if (plain !== undefined) return plain.type === 'histogram' ? undefined : new Set([...plain.labels, ...scraped]);
  const [, name = '', part] = /^(.*)_(bucket|sum|count)$/.exec(series) ?? [];
  const histogram = metrics.get(name);
  if (histogram?.type !== 'histogram') return undefined;
  return new Set([...histogram.labels, ...scraped, ...(part === 'bucket' ? ['le'] : [])]);
}

function namesIn(node: SyntaxNode | null, text: string): readonly string[] {
  const names: string[] = [];
  node?.cursor().iterate(({ node: inner }) => {
    if (inner.name === 'LabelName') names.push(textOf(inner, text));
  });
  return names;
}

const textOf = (node: SyntaxNode | null, text: string): string => (node === null ? '' : text.slice(node.from, node.to));
