import { standardWebhooks } from './standard-webhooks.js';

/** Standard Webhooks as they are. https://platform.openai.com/docs/guides/webhooks */
export const openai = standardWebhooks;
