import type { Difference } from './difference.js';

/** How bodies are written. */
export const bodies: readonly Difference[] = [
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
];
