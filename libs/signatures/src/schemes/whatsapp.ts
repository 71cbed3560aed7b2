import { meta } from './meta.js';

/** As all of Meta's. https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks */
export const whatsapp = meta;
