/** Requests on which a provider's package and we do not agree. */
export interface Difference {
  readonly requests: readonly string[];
  /** What the package does, and why we do not; docs/signatures.md says the same. */
  readonly why: string;
  readonly packages: readonly string[];
}

/** The whole list. Where it says nothing, we agree with every package on every request of the table. */
export const differences: readonly Difference[] = [
  {
    requests: ['a time in the future', 'a time far in the future'],
    why: 'They look at the age alone. A request signed for next year could be kept until then.',
    packages: [
      '@hubspot/api-client',
      '@mux/mux-node',
      '@paddle/paddle-node-sdk',
      '@slack/bolt',
      '@workos-inc/node',
      'stripe',
    ],
  },
  {
    requests: ['a time with letters behind it'],
    why: 'They read the digits before the letters. A time is a number or it is none.',
    packages: ['@mux/mux-node', '@paddle/paddle-node-sdk', 'resend', 'standardwebhooks', 'stripe', 'svix'],
  },
  {
    requests: ['a time with a sign', 'a time with a fraction'],
    why: 'They read a number in any spelling, and sign it in theirs. Only the text that came is signed.',
    packages: [
      '@mux/mux-node',
      '@paddle/paddle-node-sdk',
      '@slack/bolt',
      '@zoom/rivet',
      'resend',
      'standardwebhooks',
      'stripe',
      'svix',
    ],
  },
  {
    requests: ['time and body parted elsewhere'],
    why: 'They do not insist that the time is a number, so that a piece of the body can be moved into it under the same signature.',
    packages: ['@hubspot/api-client', 'openai'],
  },
  {
    requests: ['a time as old as it may be'],
    why: 'It counts milliseconds against a time in whole seconds, which takes up to one second from the five. We count whole seconds.',
    packages: ['@paddle/paddle-node-sdk'],
  },
  {
    requests: [
      'a header that came twice, joined by a proxy',
      'a header that came twice, joined without a space',
    ],
    why: 'They take one of the two times, or read the first signature and pass over the rest. Which one is meant must not be a guess.',
    packages: [
      '@adyen/api-library',
      '@line/bot-sdk',
      '@mux/mux-node',
      '@paddle/paddle-node-sdk',
      '@workos-inc/node',
      'gocardless-nodejs',
      'stripe',
    ],
  },
  {
    requests: ['a list: good, then bad'],
    why: 'It checks the last signature only. During a rotation any may be the one that holds.',
    packages: ['@paddle/paddle-node-sdk'],
  },
  {
    requests: ['a list: bad, then good'],
    why: 'It checks the first signature only. During a rotation any may be the one that holds.',
    packages: ['@workos-inc/node'],
  },
  {
    requests: ['a list: good, then bad', 'a list: bad, then good'],
    why: 'It takes one signature only, and the form is a list: if there are ever two, any may be the one that holds.',
    packages: ['@sanity/webhook'],
  },
  {
    requests: [
      'an indented body',
      'a body with white space at its ends',
      'a body with letters as escapes',
      'a body that begins with a byte order mark',
    ],
    why: 'They read the JSON and write it anew before they verify, which refuses what is signed correctly and written otherwise.',
    packages: ['@workos-inc/node', '@zoom/rivet'],
  },
  {
    requests: ['a body with a line end added', 'a body with a letter written as an escape'],
    why: 'They read the JSON and write it anew before they verify, which hides changes. The bytes that came are what is signed.',
    packages: ['@workos-inc/node', '@zoom/rivet'],
  },
  {
    requests: ['an empty body that is signed'],
    why: "They take an empty body for their caller's mistake, or want JSON. Whether it is signed does not depend on what it says.",
    packages: [
      '@octokit/webhooks-methods',
      '@sanity/webhook',
      '@shopify/shopify-api',
      '@workos-inc/node',
      '@zoom/rivet',
      'stripe',
    ],
  },
  {
    requests: [
      'a signature with more behind it',
      'base64 without its padding',
      'base64 in the alphabet for addresses',
    ],
    why: 'Their decoder passes over what does not belong. One signature has one spelling.',
    packages: ['@adyen/api-library', '@line/bot-sdk', 'openai'],
  },
  {
    requests: ['a space before the header', 'a space behind the header', 'a space inside the signature'],
    why: 'Their decoder passes over spaces. HTTP servers take them from the ends; none belong inside.',
    packages: ['@adyen/api-library', '@line/bot-sdk'],
  },
  {
    requests: ['a space behind the header'],
    why: 'Its decoder passes over what does not belong. One signature has one spelling.',
    packages: ['gocardless-nodejs'],
  },
  {
    requests: ['a space before the header', 'a space behind the header'],
    why: 'The rules of its HTTP client take spaces from the ends. Servers do so before they verify.',
    packages: ['@mux/mux-node'],
  },
  {
    requests: ['hex digits in capitals'],
    why: 'They read hex in any case. The providers write small letters, and one signature has one spelling.',
    packages: ['@notionhq/client', 'gocardless-nodejs'],
  },
  {
    requests: ['another prefix', 'a prefix in capitals', 'a hard space before a header that takes spaces'],
    why: 'It goes by place and not by name. What another prefix stands for is unknown.',
    packages: ['@workos-inc/node'],
  },
  {
    requests: ['no prefix'],
    why: 'It takes a signature without a version. Standard Webhooks have none.',
    packages: ['openai'],
  },
];
