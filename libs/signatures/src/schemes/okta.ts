import { sameText } from '../constant-time.js';
import { Refusal } from '../refusal.js';
import type { SingleScheme } from '../scheme.js';

const USUAL = 'authorization';
/** A field name as in RFC 9110 section 5.1, and a value. */
const NAMED = /^([\w!#$%&'*+.^`|~-]+): (\S.*)$/;

/**
 * Nothing of the request is signed: only TLS keeps its body. The secret is the value of the authorization header, `Basic …` say; or of
 * the header that the hook's authentication field names, behind that name, a colon and a space.
 * https://developer.okta.com/docs/concepts/event-hooks/#event-hook-requests
 * https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/add-event-hooks.htm
 */
export const okta: SingleScheme = {
  keys: 'given',
  secretName:
    'authentication secret; behind its authentication field and a colon where that is not Authorization',
  secretProblem: () => null,
  shownIn: (secrets) => [USUAL, ...secrets.map((secret) => placeOf(secret).name)],
  read: (request) => ({
    signed: [],
    matches: (secret) => {
      const { name, value } = placeOf(secret);
      const usual = request.optionalHeader(USUAL);
      const named = name === USUAL ? undefined : request.optionalHeader(name);
      if (usual === undefined && named === undefined) {
        // Not by its name: what stands before a colon may be a part of the secret.
        throw new Refusal('missing_header', 'the header that shows the secret is missing or empty');
      }
      return [
        usual !== undefined && (sameText(usual, secret) || (name === USUAL && sameText(usual, value))),
        named !== undefined && sameText(named, value),
      ].includes(true);
    },
  }),
  sign: (_, secret) => {
    const { name, value } = placeOf(secret);
    return { [name]: value };
  },
};

/** The header that shows a secret, its name in lower case, and what it shows. */
function placeOf(secret: string): { readonly name: string; readonly value: string } {
  const [, name, value] = NAMED.exec(secret) ?? [];
  if (name === undefined || value === undefined) return { name: USUAL, value: secret };
  return { name: name.toLowerCase(), value };
}
