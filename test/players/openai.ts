import OpenAI from 'openai';
import { holds, type Player } from './player.js';
import { standardWebhooks } from './standard-webhooks.js';

const { webhooks } = new OpenAI({ apiKey: 'unused' });

/** It signs as Standard Webhooks say; its package verifies by itself. */
export const openai: Player = {
  ...standardWebhooks,
  name: 'openai',
  slug: 'openai',
  verify: ({ body, headers }, secret) => holds(() => webhooks.verifySignature(body, headers, secret)),
};
