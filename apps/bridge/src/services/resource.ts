import { Option } from 'commander';
import { resources } from '#resources';

/** The option that names resources; a shell completes them. @param text what it means where it is left out */
export const resourceOption = (text: string): Option =>
  new Option('--resource <name...>', text).choices(resources.map(({ name }) => name));
