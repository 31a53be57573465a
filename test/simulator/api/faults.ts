import { html, text, type Answer } from '../answer.ts';
import type { Switches } from '../switches.ts';
import type { Asked } from './content.ts';
import type { Operation } from './operations.ts';

/** A day that fails for ever, with the plain text that was observed live. */
export function poisoned(operation: Operation, asked: Asked, athlete: string, switches: Switches): Answer | undefined {
  const hit = switches.poison_days.some(
    (day) =>
      day.path === operation.path &&
      (day.athlete ?? athlete) === athlete &&
      (day.always === true || asked.features.size > 0) &&
      asked.from.slice(0, 10) <= day.date &&
      `${day.date}T00:00:00` < asked.to,
  );
  return hit ? text(500, 'Unexpected error occurred') : undefined;
}

/** What may go wrong on the way to an answer that was good. */
export function spoiled(answer: Answer, switches: Switches): Answer {
  if (answer.status !== 200) return answer;
  if (happens(switches.html_rate)) return html(200, '<!doctype html><html><body><h1>Please wait</h1></body></html>');
  if (happens(switches.truncate_rate)) {
    const { body } = answer;
    const length = Math.floor(body.length * 0.6);
    return { ...answer, body: typeof body === 'string' ? body.slice(0, length) : body.subarray(0, length) };
  }
  return answer;
}

export function serverError(switches: Switches): Answer | undefined {
  return happens(switches['5xx_rate']) ? text(Math.random() < 0.5 ? 500 : 503, 'Service unavailable') : undefined;
}

export function happens(rate: number): boolean {
  return rate > 0 && Math.random() < rate;
}
