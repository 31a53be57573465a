export * from './breakers.ts';
export * from './client.ts';
export * from './dispatch.ts';
export * from './hello.ts';
export * from './large-bodies.ts';
export type { Dispatch } from './request.ts';
export * from './token-source.ts';
export * from './with-auth.ts';
