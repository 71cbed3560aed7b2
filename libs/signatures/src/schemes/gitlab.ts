import type { LocalScheme } from '../scheme.js';
import { sharedToken } from '../shared-token.js';
import { standardWebhooks } from './standard-webhooks.js';

const SIGNING_TOKEN = 'whsec_';

const token = sharedToken('x-gitlab-token', 'secret token, or signing token');

/**
 * With a secret token nothing of the request is signed: only TLS keeps its body. With a signing token, `whsec_…`, it is signed as Standard
 * Webhooks are; such a token may have been set as the secret token, too.
 * https://docs.gitlab.com/user/project/integrations/webhooks/#validate-payloads-by-using-a-secret-token
 * https://gitlab.com/gitlab-org/gitlab/-/merge_requests/230944
 */
export const gitlab: LocalScheme = {
  ...token,
  read: (request, now) => {
    const signed = request.has('webhook-signature') ? standardWebhooks.read(request, now) : null;
    const shown = signed === null || request.has('x-gitlab-token') ? token.read(request, now) : null;
    return {
      signed: signed?.signed ?? [],
      matches: (secret) =>
        (isSigningToken(secret) && signed?.matches(secret) === true) || shown?.matches(secret) === true,
      expected: (secret) => (isSigningToken(secret) ? (signed?.expected?.(secret) ?? null) : null),
    };
  },
};

/** Any text may be a secret token; with one that cannot be read as a key, everybody could sign. */
function isSigningToken(secret: string): boolean {
  return secret.startsWith(SIGNING_TOKEN) && standardWebhooks.secretProblem(secret) === null;
}
