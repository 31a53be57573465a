import { type YAMLError, parseDocument } from 'yaml';
import { type TenantProblem, keysOf, pathOf, tenantFileInvalid } from './tenants.problems.ts';
import { PolarEntry, PollingEntry, QuotaEntry, TenantEntry, TenantsDocument, TopicsEntry } from './tenants.schema.ts';

/** No key of the tenant file stands deeper; an anchor that contains itself would have no end. */
const mostLevels = 8;
const mostAliases = 20;
/** One slip gives several errors, and only the first ones help. */
const mostErrors = 5;

/**
 * The file's text as plain values.
 * @throws BridgeError CONFIG_INVALID, with nothing of the text but the keys
 */
export function parseYaml(file: string, text: string): object {
  const content = parse(file, text);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw tenantFileInvalid(file, [{ path: 'the whole file', allowed: 'a mapping with the key "tenants"' }]);
  const problems = [...misfits(content, '', 0)];
  if (problems.length > 0) throw tenantFileInvalid(file, problems);
  return content;
}

function parse(file: string, text: string): unknown {
  try {
    const document = parseDocument(text, { prettyErrors: false, stringKeys: true });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length === 0) return document.toJS({ maxAliasCount: mostAliases });
    const problems = faults.slice(0, mostErrors).map((fault) => problemOf(text, fault));
    throw tenantFileInvalid(file, problems);
  } catch (error) {
    // The parser gives up on aliases that lead nowhere or multiply, and on brackets without end.
    if (!(error instanceof ReferenceError || error instanceof RangeError)) throw error;
    const allowed = `anchors before their aliases, at most ${String(mostAliases)} values that come of aliases, and no deep nesting`;
    throw tenantFileInvalid(file, [{ path: 'the whole file', allowed }]);
  }
}

/** The parser's message may quote a value; its code says what is wrong and holds none. */
function problemOf(text: string, { code, pos }: YAMLError): TenantProblem {
  const line = text.slice(0, pos[0]).split('\n').length;
  const hint = hints[code];
  return {
    path: `line ${String(line)}`,
    value: withoutValues(text.split('\n')[line - 1] ?? ''),
    allowed: `valid YAML (${code}${hint === undefined ? '' : `: ${hint}`})`,
  };
}

const keys: ReadonlySet<string> = new Set([
  ...[TenantsDocument, TenantEntry, PolarEntry, QuotaEntry, PollingEntry, TopicsEntry].flatMap(keysOf),
  'env',
  'file',
]);

/** A line as it stands, with an ellipsis for whatever is no key of the file: a secret may be among it. */
function withoutValues(line: string): string {
  return line
    .trimEnd()
    .replaceAll(/[^\s{}[\],:"'-][^\s{}[\],:"']*/g, (word) => (keys.has(word) ? word : '…'))
    .replaceAll(/…\S*…/g, '…');
}

const hints: Readonly<Partial<Record<string, string>>> = {
  BAD_INDENT: 'the keys of a mapping, and the dashes of a list, stand one below the other',
  DUPLICATE_KEY: 'each key once in a mapping',
  MISSING_CHAR: 'each quote and bracket closed, each line indented like its neighbours',
  MULTIPLE_DOCS: 'one document',
  NON_STRING_KEY: 'a text as key',
  TAB_AS_INDENT: 'spaces before the text of a line, no tabs',
  TAG_RESOLVE_FAILED: 'plain values without a tag',
};

/** What no later check would see: names that JavaScript takes for its own, and nesting without end. */
function* misfits(value: unknown, path: string, level: number): Generator<TenantProblem> {
  if (typeof value !== 'object' || value === null) return;
  if (level >= mostLevels) {
    yield { path, allowed: `at most ${String(mostLevels)} levels` };
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    const at = pathOf(path, key);
    if (Object.hasOwn(Object.prototype, key)) yield { path: at, wrong: 'unknown key' };
    else yield* misfits(inner, at, level + 1);
  }
}
