export * from './client.ts';
export * from './dispatch.ts';
export * from './token-source.ts';
export * from './with-auth.ts';
