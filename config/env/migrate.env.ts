import { ProgramEnv } from './shared.env.ts';

export class MigrateEnv extends ProgramEnv {}
