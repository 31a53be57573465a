// jest's globalTeardown. The same module instance as in globalSetup: both are loaded by the one main process.
export { stopForTests as default } from './services.setup.mjs';
