import type { Claim, SingleScheme } from '../scheme.js';
import { sharedToken } from '../shared-token.js';
import { standardWebhooks } from './standard-webhooks.js';

const SIGNATURE = 'webhook-signature';
const TOKEN = 'x-gitlab-token';
const SIGNING_TOKEN = 'whsec_';

const secretToken = sharedToken(TOKEN, 'secret token, or signing token');

/** By its signature alone. */
const signed: SingleScheme = {
  ...standardWebhooks,
  read: (request, now) => {
    const claim = standardWebhooks.read(request, now);
    return {
      signed: claim.signed,
      matches: (secret) => isSigningToken(secret) && claim.matches(secret),
      expected: (secret) => (isSigningToken(secret) ? (claim.expected?.(secret) ?? null) : null),
    };
  },
};

/**
 * With a secret token nothing of the request is signed: only TLS keeps its body. With a signing token, `whsec_…`, it is signed as Standard
 * Webhooks are; such a token may have been set as the secret token, too. Where a request has both, either will do.
 * https://docs.gitlab.com/user/project/integrations/webhooks/#validate-payloads-by-using-a-secret-token
 * https://gitlab.com/gitlab-org/gitlab/-/merge_requests/231325
 */
export const gitlab: SingleScheme = {
  ...secretToken,
  read: (request, now): Claim => {
    if (!request.has(SIGNATURE)) return secretToken.read(request, now);
    if (!request.has(TOKEN)) return signed.read(request, now);
    const shown = secretToken.read(request, now);
    return {
      signed: shown.signed,
      // Read no earlier: what is wrong with the signature is no reason to refuse a token that is right.
      matches: (secret) => shown.matches(secret) || signed.read(request, now).matches(secret),
    };
  },
};

/** Any text may be a secret token; with one that cannot be read as a key, everybody could sign. */
function isSigningToken(secret: string): boolean {
  return secret.startsWith(SIGNING_TOKEN) && standardWebhooks.secretProblem(secret) === null;
}
