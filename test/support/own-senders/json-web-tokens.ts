import { type OwnSender, withHeader } from './own-sender.js';

/** Tokens that their key has not signed, made of one that it has. */
export function unsignedTokens(header: string): OwnSender['forgeries'] {
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  return [
    withHeader(
      'a token that nobody has signed',
      header,
      (token) => token.replace(/(Bearer )?[^.]+/, `$1${none}`),
      'malformed_header',
    ),
    withHeader(
      'a token without its signature',
      header,
      (token) => token.replace(/[^.]+$/, ''),
      'malformed_header',
    ),
    withHeader(
      'a token with another payload',
      header,
      (token) => token.replace(/\.[^.]+\./, '.e30.'),
      'malformed_header',
    ),
  ];
}
