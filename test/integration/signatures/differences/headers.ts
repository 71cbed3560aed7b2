import type { Difference } from './difference.js';

/** How signatures are written, and lists of them. */
export const headers: readonly Difference[] = [
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
      '@sendgrid/eventwebhook',
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
    requests: ['an equals sign behind the signature', 'two equals signs behind the signature'],
    why: 'They cut the item at its equals signs, or their decoder passes over what does not belong. One signature has one spelling.',
    packages: [
      '@adyen/api-library',
      '@line/bot-sdk',
      '@mux/mux-node',
      '@paddle/paddle-node-sdk',
      '@sendgrid/eventwebhook',
      '@slack/bolt',
      '@workos-inc/node',
      'gocardless-nodejs',
      'openai',
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
    packages: ['@adyen/api-library', '@line/bot-sdk', '@sendgrid/eventwebhook', 'openai'],
  },
  {
    requests: ['a space before the header', 'a space behind the header', 'a space inside the signature'],
    why: 'Their decoder passes over spaces. HTTP servers take them from the ends; none belong inside.',
    packages: ['@adyen/api-library', '@line/bot-sdk', '@sendgrid/eventwebhook'],
  },
  {
    requests: ['a space behind the header'],
    why: 'Its decoder passes over what does not belong. One signature has one spelling.',
    packages: ['gocardless-nodejs'],
  },
  {
    requests: ['a space before the header', 'a space behind the header'],
    why: 'They take spaces from the ends of headers. Servers do so before they verify.',
    packages: ['@contentful/node-apps-toolkit', '@mux/mux-node'],
  },
  {
    requests: ['hex digits in capitals'],
    why: 'They read hex in any case. The providers write small letters, and one signature has one spelling.',
    packages: ['@notionhq/client', 'discord-interactions', 'gocardless-nodejs'],
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
