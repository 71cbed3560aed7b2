import type { Difference } from './difference.js';

/** What only schemes with code of their own have. */
export const ownSchemes: readonly Difference[] = [
  {
    requests: ['a signature with white space in it'],
    why: 'Its decoder passes over what is not base64. One signature has one spelling.',
    packages: ['@adyen/api-library'],
  },
  {
    requests: ['one more header in the list, which is not there'],
    why: 'It strikes from the list what is not there. What is listed is signed.',
    packages: ['@contentful/node-apps-toolkit'],
  },
  {
    requests: ['an address with a second question mark'],
    why: 'It drops what follows the second, which is then signed by nobody.',
    packages: ['@contentful/node-apps-toolkit'],
  },
  {
    requests: ['another public key, with the right private key'],
    why: 'It knows its public key and looks for it in the list. Our secret is the private key alone, and a signature that holds by it is enough.',
    packages: ['braintree'],
  },
  {
    requests: ['a third part in a pair'],
    why: 'It passes over what stands behind the signature. A pair has two parts.',
    packages: ['braintree'],
  },
  {
    requests: ['a token that holds for more than a day'],
    why: 'It refuses a token for longer than a day. How long one holds is for Google to say, who has signed it.',
    packages: ['google-auth-library'],
  },
  {
    requests: ['a time that is text'],
    why: 'It makes a number of it. RFC 7519 has numbers there, and Google writes them.',
    packages: ['google-auth-library'],
  },
  {
    requests: ['two equals signs behind the signature'],
    why: 'Their decoder passes over padding. RFC 7515 has none, and one token has one spelling.',
    packages: ['google-auth-library', 'jose'],
  },
  {
    requests: [
      'a body that tells of the end of a subscription',
      'the end of a subscription, signed without its token',
    ],
    why: 'It leaves the token out of an UnsubscribeConfirmation. The page of Amazon SNS has it signed.',
    packages: ['sns-validator'],
  },
  {
    requests: ['a certificate of a bucket named sns'],
    why: "It takes any word for a region. A bucket is its owner's, and not Amazon's.",
    packages: ['sns-validator'],
  },
  {
    requests: ['a certificate whose name is in the query'],
    why: 'It looks at the end of path and query. SNS answers queries of anybody.',
    packages: ['sns-validator'],
  },
  {
    requests: ['a certificate with a line end'],
    why: 'Its parser drops line ends. An address has one spelling.',
    packages: ['sns-validator'],
  },
  {
    requests: ['JSON whose hash the address has not', 'text whose hash the address has not'],
    why: 'It signs the address alone then, and anybody could change the body.',
    packages: ['twilio'],
  },
];
