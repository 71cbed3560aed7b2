import '@shopify/shopify-api/adapters/node';
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api';
import { createSHA256HMAC } from '@shopify/shopify-api/runtime';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Player } from './player.js';

/** Beside the signature, its verifier asks for these. */
const OTHER_HEADERS = {
  'x-shopify-topic': 'orders/create',
  'x-shopify-shop-domain': 'acme.myshopify.com',
  'x-shopify-api-version': '2026-01',
  'x-shopify-webhook-id': '1',
};

function appWith(apiSecretKey: string) {
  return shopifyApi({
    apiSecretKey,
    apiKey: 'unused',
    apiVersion: ApiVersion.January26,
    hostName: 'hooks.example.com',
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error },
  });
}

export const shopify: Player = {
  name: '@shopify/shopify-api',
  slug: 'shopify',
  secret: 'shpss_0123456789abcdef',
  otherSecret: 'shpss_fedcba9876543210',
  header: 'x-shopify-hmac-sha256',
  encoding: 'base64',
  prefix: '',
  sign: async ({ body }, secret) => ({ 'x-shopify-hmac-sha256': await createSHA256HMAC(secret, body) }),
  verify: async ({ body, headers }, secret) => {
    const rawRequest = {
      method: 'POST',
      url: '/in/acme',
      headers: { ...OTHER_HEADERS, ...headers },
    } as unknown as IncomingMessage;
    const { valid } = await appWith(secret).webhooks.validate({
      rawBody: body,
      rawRequest,
      rawResponse: {} as ServerResponse,
    });
    return valid;
  },
};
