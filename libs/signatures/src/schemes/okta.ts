import { sameText } from '../constant-time.js';
import type { LocalScheme } from '../scheme.js';

const SEPARATOR = ': ';
/** A field name as in RFC 9110 section 5.1, and a value. */
const NAMED = /^([\w!#$%&'*+.^`|~-]+): (\S.*)$/;

/**
 * Nothing of the request is signed: only TLS keeps its body. The secret is the value of the authorization header, `Basic …` say; or of
 * the header that the hook's authentication field names, behind that name, a colon and a space.
 * https://developer.okta.com/docs/concepts/event-hooks/#event-hook-requests
 * https://help.okta.com/oie/en-us/Content/Topics/automation-hooks/add-event-hooks.htm
 */
export const okta: LocalScheme = {
  keys: 'given',
  secretName:
    'authentication secret; behind its authentication field and a colon where that is not Authorization',
  secretProblem: (secret) =>
    !secret.includes(SEPARATOR) || NAMED.test(secret)
      ? null
      : "must have the name of a header before ': ' and its value behind, or be the value of the authorization header without ': '",
  shown: (secret) => headerOf(secret).value,
  read: (request) => ({
    signed: [],
    matches: (secret) => {
      const { name, value } = headerOf(secret);
      return sameText(request.header(name), value);
    },
  }),
  sign: (_, secret) => {
    const { name, value } = headerOf(secret);
    return { [name]: value };
  },
};

/** The header that shows a secret, its name in lower case. */
function headerOf(secret: string): { readonly name: string; readonly value: string } {
  const [, name, value] = NAMED.exec(secret) ?? [];
  if (name === undefined || value === undefined) return { name: 'authorization', value: secret };
  return { name: name.toLowerCase(), value };
}
