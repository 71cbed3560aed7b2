import { sharedToken } from '../shared-token.js';

/**
 * Nothing of the request is signed: only TLS keeps its body.
 * https://docs.gitlab.com/user/project/integrations/webhooks/#validate-payloads-by-using-a-secret-token
 */
export const gitlab = sharedToken('x-gitlab-token', 'secret token');
