import { describe, expect, it } from '@jest/globals';
import { PublicUrl } from './public-url.ts';

describe('PublicUrl', () => {
  it.each([
    ['https://connect.example', 'https://connect.example/oauth/callback', '/oauth/callback', true],
    ['https://example.com/polar/', 'https://example.com/polar/oauth/callback', '/polar/oauth/callback', true],
    ['http://127.0.0.1:3001', 'http://127.0.0.1:3001/oauth/callback', '/oauth/callback', false],
  ])('%s', (url, redirectUri, callbackPath, isSecure) => {
    expect(new PublicUrl(url)).toMatchObject({ redirectUri, callbackPath, isSecure });
  });
});
