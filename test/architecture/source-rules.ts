import { basename } from 'node:path';
import ts from 'typescript';

/** What a rule finds in one file: the text of each place that breaks it. */
export interface SourceRule {
  readonly name: string;
  /** Why, and what to do instead. */
  readonly advice: string;
  /** Which files it looks at, by their path from the root. */
  readonly appliesTo: (path: string) => boolean;
  readonly find: (path: string, source: ts.SourceFile) => readonly string[];
}

const isTest = (path: string): boolean => /\.(spec|fixture)\.ts$/.test(path) || path.startsWith('test/');
const isOurs = (path: string): boolean => /^(apps|libs|config)\//.test(path) && !isTest(path);
const isAppOrLib = (path: string): boolean => /^(apps|libs)\//.test(path) && !isTest(path);
const isTypeScript = (path: string): boolean => path.endsWith('.ts');
const outside =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    isOurs(path) && !folders.some((folder) => path.startsWith(folder));

/** Files that a rule leaves alone, each with its reason. */
const exceptions: Readonly<Record<string, readonly string[]>> = {
  // The random tokens that fence lost state off: queue may not import platform, and no test needs to set them.
  'random-in-platform': ['libs/queue/src/budget/rebuild.ts'],
};

/** Makes a rule out of a test of single nodes. */
function nodes(matches: (node: ts.Node, source: ts.SourceFile) => boolean): SourceRule['find'] {
  return (_path, source) => {
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (matches(node, source)) found.push(node.getText(source).split('\n')[0] ?? '');
      else ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  };
}

/** `object.name` and `object['name']`. */
function isMember(node: ts.Node, object: string, ...names: readonly string[]): boolean {
  if (ts.isPropertyAccessExpression(node))
    return node.expression.getText() === object && names.includes(node.name.text);
  return (
    ts.isElementAccessExpression(node) &&
    node.expression.getText() === object &&
    ts.isStringLiteral(node.argumentExpression) &&
    names.includes(node.argumentExpression.text)
  );
}

/** `import ... from`, `export ... from`, `import()` and `require()` of one of these packages. */
const importsOf = (...packages: readonly string[]): SourceRule['find'] =>
  nodes((node) => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && /^(import|require)$/.test(node.expression.getText())
          ? node.arguments[0]
          : undefined;
    if (specifier === undefined || !ts.isStringLiteralLike(specifier)) return false;
    return packages.some((name) => specifier.text === name || specifier.text.startsWith(`${name}/`));
  });

/** An identifier of one of these names that node:crypto gives. */
const randomSources = new Set(['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues']);

const sqlText = /^\s*(select\s[\s\S]+\sfrom|insert\s+into|update\s+\w+\s+set|delete\s+from|create\s+(table|index))\s/i;
const polarHost = /polar\.com|polaraccesslink/i;
const secret =
  /-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}|\bxox[abp]-\w{10}|\beyJ[\w-]{20,}\.eyJ[\w-]{20,}\./;

const isText = (node: ts.Node): node is ts.StringLiteralLike | ts.TemplateLiteralLikeNode =>
  ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);

export const sourceRules: readonly SourceRule[] = [
  {
    name: 'environment-in-config',
    advice: 'read the environment in config/env only and take the typed object',
    appliesTo: outside('config/env/', 'config/jest/'),
    find: (path, source) => [
      ...importsOf('process', 'node:process')(path, source),
      ...nodes((node) => isMember(node, 'process', 'env') || isMember(node, 'globalThis.process', 'env'))(path, source),
    ],
  },
  {
    name: 'clock-in-platform',
    advice: 'take the time as an argument, or a Clock of #platform',
    appliesTo: (path) => isAppOrLib(path) && !path.startsWith('libs/platform/'),
    find: nodes(
      (node) =>
        isMember(node, 'Date', 'now') ||
        (ts.isNewExpression(node) && node.expression.getText() === 'Date' && (node.arguments?.length ?? 0) === 0) ||
        (ts.isCallExpression(node) && node.expression.getText() === 'Date'),
    ),
  },
  {
    name: 'random-in-platform',
    advice: 'take an Ids of #platform, so that a test can set it',
    appliesTo: (path) => isAppOrLib(path) && !path.startsWith('libs/platform/'),
    find: nodes((node) => isMember(node, 'Math', 'random') || (ts.isIdentifier(node) && randomSources.has(node.text))),
  },
  {
    name: 'no-console',
    advice: 'use the AppLogger of #platform',
    appliesTo: isOurs,
    find: nodes((node) => ts.isPropertyAccessExpression(node) && node.expression.getText() === 'console'),
  },
  {
    name: 'sql-in-store',
    advice: 'add a function to libs/store',
    appliesTo: outside('libs/store/'),
    find: (path, source) => [
      ...importsOf('kysely', 'pg')(path, source),
      ...nodes((node) => isText(node) && sqlText.test(node.text))(path, source),
    ],
  },
  {
    name: 'redis-in-queue',
    advice: 'add a function to libs/queue',
    appliesTo: outside('libs/queue/'),
    find: importsOf('ioredis', 'bullmq', 'redis', '@nestjs/bullmq'),
  },
  {
    name: 'kafka-in-publisher',
    advice: "write to the outbox; the publisher's adapter alone talks to the broker",
    appliesTo: outside('apps/publisher/src/kafka/'),
    find: importsOf('kafkajs', '@platformatic/kafka'),
  },
  {
    name: 'provider-address-in-polar',
    advice: 'the provider is reached through #polar, at the address in the tenant file',
    appliesTo: outside('libs/polar/', 'config/'),
    find: nodes((node) => isText(node) && polarHost.test(node.text)),
  },
  {
    name: 'no-enum',
    advice: 'use a union of literals',
    appliesTo: isTypeScript,
    find: nodes((node) => ts.isEnumDeclaration(node)),
  },
  {
    name: 'no-default-export',
    advice: 'export by name',
    appliesTo: isTypeScript,
    find: nodes(
      (node) =>
        ts.isExportAssignment(node) ||
        (ts.isExportSpecifier(node) && node.name.text === 'default') ||
        node.kind === ts.SyntaxKind.DefaultKeyword,
    ),
  },
  {
    name: 'no-forward-ref',
    advice: 'break the circle: move what both need into a third file',
    appliesTo: isTypeScript,
    find: nodes((node) => ts.isIdentifier(node) && node.text === 'forwardRef'),
  },
  {
    name: 'no-any',
    advice: 'use unknown and narrow it',
    // In a test oxlint asks for a reason beside it.
    appliesTo: (path) => isTypeScript(path) && !isTest(path),
    find: nodes((node) => node.kind === ts.SyntaxKind.AnyKeyword),
  },
  {
    name: 'one-door',
    advice: 'a lib has one index.ts, src/index.ts; an app has none',
    appliesTo: isAppOrLib,
    find: (path) => (basename(path) === 'index.ts' && !/^libs\/[^/]+\/src\/index\.ts$/.test(path) ? [path] : []),
  },
  {
    name: 'file-names',
    advice: 'words-with-dashes, then dots for the role: sync.controller.ts',
    // Helm finds these by their names.
    appliesTo: (path) => !/^deploy\/helm\/[^/]+\/(Chart\.yaml|templates\/_\w+\.tpl)$/.test(path),
    find: (path) => {
      const parts = path.split('/');
      const file = parts.at(-1) ?? '';
      const folders = parts.slice(0, -1).every((folder) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(folder));
      return folders && /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.[a-z]+$/.test(file) ? [] : [path];
    },
  },
  {
    name: 'no-secrets',
    advice: 'make the secret in the test, or spell out that it is none',
    appliesTo: () => true,
    find: (_path, source) => secret.exec(source.text)?.slice(0, 1) ?? [],
  },
];

export interface Offence {
  readonly rule: string;
  readonly path: string;
  readonly found: string;
  readonly advice: string;
}

/** All that the rules find in one file. */
export function offences(path: string, text: string): readonly Offence[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return sourceRules
    .filter(({ name, appliesTo }) => appliesTo(path) && !(exceptions[name]?.includes(path) ?? false))
    .flatMap(({ name, advice, find }) => find(path, source).map((found) => ({ rule: name, path, found, advice })));
}
