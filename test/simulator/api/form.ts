import { json, type Answer } from '../answer.ts';
import type { Body } from '../document/fill.ts';
import type { Switches } from '../switches.ts';
import { asInExample } from './example-types.ts';
import type { Operation } from './operations.ts';
import { problem } from './problem.ts';
import { withUnknowns } from './unknowns.ts';

/** A list of items in the form that the switches ask for. */
export function listForm(
  operation: Operation,
  found: readonly Body[] | undefined,
  beside: Body,
  switches: Switches,
): Answer {
  if (found === undefined) return json(200, {});
  const items = operation.path === '/sports/list' && switches.sports === 'empty' ? [] : found;
  if (items.length === 0 && switches.empty === 'object') return json(200, {});
  if (items.length === 0 && switches.empty === '204') return { status: 204, headers: {}, body: '' };
  if (items.length === 0 && switches.empty === '404') return problem(404, 'Not found', switches);
  return enveloped(
    operation,
    items.map((item) => printed(operation, item, switches)),
    beside,
    switches,
  );
}

export function itemForm(operation: Operation, item: Body, switches: Switches): Answer {
  return enveloped(operation, printed(operation, item, switches), {}, switches);
}

function enveloped(operation: Operation, content: Body | readonly Body[], beside: Body, switches: Switches): Answer {
  const inner = pathOf(operation, switches).reduceRight<unknown>((inner, key) => ({ [key]: inner }), content);
  const body = Array.isArray(inner) ? inner : { ...(inner as Body), ...beside };
  if (switches.numbers !== 'strings') return json(200, body);
  return {
    ...json(200, null),
    body: JSON.stringify(body, (_key, value: unknown) => (typeof value === 'number' ? String(value) : value)),
  };
}

function pathOf({ path, envelope }: Operation, switches: Switches): readonly string[] {
  if (switches.unknown_envelope.includes(path)) return ['payload'];
  return envelope[path === '/sports/list' && switches.sports === 'wrapped' ? 'doc' : switches.envelope];
}

function printed(operation: Operation, item: Body, switches: Switches): Body {
  const { exampleTypes } = operation;
  const shown = switches.numbers === 'example' && exampleTypes ? asInExample(item, exampleTypes) : item;
  return switches.unknown_fields ? withUnknowns(operation, shown) : shown;
}
