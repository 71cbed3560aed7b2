import type { Difference } from './difference.js';

/** Times of signing. */
export const times: readonly Difference[] = [
  {
    requests: ['a time in the future', 'a time far in the future'],
    why: 'They look at the age alone. A request signed for next year could be kept until then.',
    packages: [
      '@contentful/node-apps-toolkit',
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
    packages: [
      '@contentful/node-apps-toolkit',
      '@mux/mux-node',
      '@paddle/paddle-node-sdk',
      'resend',
      'standardwebhooks',
      'stripe',
      'svix',
    ],
  },
  {
    requests: ['a time with a sign', 'a time with a fraction'],
    why: 'They read a number in any spelling, and sign it in theirs. Only the text that came is signed.',
    packages: [
      '@contentful/node-apps-toolkit',
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
    requests: ['a time in the body with a fraction'],
    why: 'It takes any number. Linear writes whole milliseconds, and a time has one form.',
    packages: ['@linear/sdk'],
  },
  {
    requests: ['a signed time with letters behind it'],
    why: 'They sign whatever stands there. A time is a number or it is none; else a piece of the body could be moved into it.',
    packages: ['@sendgrid/eventwebhook', 'discord-interactions'],
  },
  {
    requests: ['time and body parted elsewhere'],
    why: 'They do not insist that the time is a number, so that a piece of the body can be moved into it under the same signature.',
    packages: ['@hubspot/api-client', '@sendgrid/eventwebhook', 'discord-interactions', 'openai'],
  },
  {
    requests: ['digits of the time moved into the body'],
    why: 'They take a time of any length, and nothing parts it from the body. A time in seconds has ten digits.',
    packages: ['@sendgrid/eventwebhook', 'discord-interactions'],
  },
  {
    requests: ['a time as old as it may be'],
    why: 'It counts milliseconds against a time in whole seconds, which takes up to one second from the five. We count whole seconds.',
    packages: ['@paddle/paddle-node-sdk'],
  },
  {
    requests: ['a time before 2021'],
    why: 'It takes no time before the provider had webhooks. Sanity names no limit, so that we set none, and none is sent by now.',
    packages: ['@sanity/webhook'],
  },
  {
    requests: ['the time twice in the list', 'another time before the signed one in the list'],
    why: 'They take the last of the times. Which one is meant must not be a guess.',
    packages: ['@mux/mux-node', '@paddle/paddle-node-sdk', 'stripe'],
  },
];
