import { sameText } from './constant-time.js';
import type { SingleScheme } from './scheme.js';

/**
 * A scheme that signs nothing: the sender shows a secret that both know, in a header.
 * @param header in lower case
 * @param secretName what the provider calls the secret
 */
export function sharedToken(header: string, secretName: string): SingleScheme {
  return {
    keys: 'given',
    secretName,
    secretProblem: () => null,
    shownIn: () => [header],
    read: (request) => {
      const shown = request.header(header);
      return { signed: [], matches: (secret) => sameText(shown, secret) };
    },
    sign: (_, secret) => ({ [header]: secret }),
  };
}
