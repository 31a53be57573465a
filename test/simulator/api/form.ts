import { json, type Answer } from '../answer.ts';
import { problem } from './problem.ts';
import type { Switches } from '../switches.ts';
import type { Body, Operation } from './operations.ts';

/** A body in the form that the switches ask for. */
export function form(operation: Operation, content: readonly Body[] | Body | undefined, switches: Switches): Answer {
  if (content === undefined) return json(200, {});
  const isEmpty = isMany(content) && content.length === 0;
  if (isEmpty && switches.empty === 'object') return json(200, {});
  if (isEmpty && switches.empty === '204') return { status: 204, headers: {}, body: '' };
  if (isEmpty && switches.empty === '404') return problem(404, 'Not found', switches);

  const items = isMany(content)
    ? content.map((item) => printed(operation, item, switches))
    : printed(operation, content, switches);
  const path = switches.unknown_envelope.includes(operation.path) ? ['payload'] : operation.envelope[switches.envelope];
  const body = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), items);
  if (switches.numbers !== 'strings') return json(200, body);
  return {
    ...json(200, null),
    body: JSON.stringify(body, (_key, value: unknown) => (typeof value === 'number' ? String(value) : value)),
  };
}

function isMany(content: readonly Body[] | Body): content is readonly Body[] {
  return Array.isArray(content);
}

function printed(operation: Operation, item: Body, switches: Switches): Body {
  const shown = switches.numbers === 'example' && operation.asInExample ? operation.asInExample(item) : item;
  if (!switches.unknown_fields) return shown;
  const { enumeration } = operation;
  return {
    ...shown,
    ...(enumeration !== undefined && { [enumeration]: 'SOMETHING_NEW' }),
    brandNew: { kind: 'BRAND_NEW_KIND', level: 1 },
  };
}
