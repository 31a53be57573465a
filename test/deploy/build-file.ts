import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Copy, DockerfileParser, type Instruction, JSONInstruction } from 'dockerfile-ast';

export const root = join(import.meta.dirname, '../..');
export const dockerfile = join(root, 'deploy/image/Dockerfile');

export interface Step {
  readonly keyword: string;
  /** As it is written, continued lines included. */
  readonly text: string;
  readonly words: readonly string[];
  /** COPY --from */
  readonly from?: string;
  /** COPY --chmod, such as 0755. */
  readonly mode?: string;
  /** ENTRYPOINT and the like, when written as a JSON list. */
  readonly list?: readonly string[];
}

export interface Stage {
  readonly name: string;
  /** A stage above, or an image. */
  readonly base: string;
  readonly steps: readonly Step[];
}

/** The stages of the Dockerfile in their order. @throws for a keyword before the first FROM: there is none so far */
export async function readStages(): Promise<readonly Stage[]> {
  const stages: { name: string; base: string; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(await readFile(dockerfile, 'utf8')).getInstructions()) {
    const step = stepOf(instruction);
    if (step.keyword === 'FROM') {
      const [base = '', , name = String(stages.length)] = step.words;
      stages.push({ name, base, steps: [] });
      continue;
    }
    const stage = stages.at(-1);
    if (stage === undefined) throw new Error(`${step.keyword} stands before the first FROM`);
    stage.steps.push(step);
  }
  return stages;
}

function stepOf(instruction: Instruction): Step {
  const from = instruction instanceof Copy ? instruction.getFromFlag()?.getValue() : undefined;
  const mode = instruction instanceof Copy ? flagOf(instruction, 'chmod') : undefined;
  const list = instruction instanceof JSONInstruction ? instruction.getJSONStrings() : [];
  return {
    keyword: instruction.getKeyword(),
    text: instruction.getArgumentsContent() ?? '',
    words: instruction
      .getArguments()
      .map((argument) => argument.getValue())
      .filter((word) => !word.startsWith('--')),
    ...(from === undefined || from === null ? {} : { from }),
    ...(mode === undefined ? {} : { mode }),
    ...(list.length === 0 ? {} : { list: list.map((word) => JSON.parse(word.getValue()) as string) }),
  };
}

const flagOf = (instruction: Copy, wanted: string): string | undefined =>
  instruction
    .getFlags()
    .find((flag) => flag.getName() === wanted)
    ?.getValue() ?? undefined;

/** @throws when the Dockerfile has no such stage */
export function stageOf(stages: readonly Stage[], name: string): Stage {
  const stage = stages.find((one) => one.name === name);
  if (stage === undefined) throw new Error(`the Dockerfile has no stage ${name}`);
  return stage;
}
