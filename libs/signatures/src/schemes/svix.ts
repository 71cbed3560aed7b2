import { eitherOf } from '../hmac/either-of.js';
import { standardHmac } from '../hmac/standard-hmac.js';

/**
 * Also Clerk's and Resend's. A sender that does not show that it uses Svix has the names of Standard Webhooks.
 * https://docs.svix.com/receiving/verifying-payloads/how-manual
 */
export const svix = eitherOf(standardHmac('svix'), standardHmac('webhook'));
