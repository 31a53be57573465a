import { isRecord } from '../deploy/chart/helm.ts';

/** @returns where the server's object is not what was sent; it may add defaults, more of a list too, and leave out what is empty */
export function differences(sent: unknown, got: unknown, path: string): readonly string[] {
  if (got === undefined && isEmpty(sent)) return [];
  if (isRecord(sent) && isRecord(got)) {
    return Object.keys(sent).flatMap((key) => differences(sent[key], got[key], `${path}.${key}`));
  }
  if (Array.isArray(sent) && Array.isArray(got) && sent.length <= got.length) {
    return sent.flatMap((one, index) => differences(one, got[index], `${path}[${index}]`));
  }
  // Quantities may be numbers, and come back as texts.
  if (String(sent) === String(got)) return [];
  return [`${path}: ${JSON.stringify(sent)} became ${JSON.stringify(got) ?? 'nothing'}`];
}

function isEmpty(value: unknown): boolean {
  if (isRecord(value)) return Object.values(value).every(isEmpty);
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
