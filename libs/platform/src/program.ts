// The door for a program that is no server. The other one, index.ts, loads Nest, which takes most of a second: too long for
// who waits at a prompt, or for a shell that completes a word.
export { now } from './now.ts';
export { isPassing } from './passing.ts';
export { scrub } from './redact.ts';
export { reasonOf, runMain } from './run-main.ts';
