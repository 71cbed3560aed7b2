import '@shopify/shopify-api/adapters/node';
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api';
import { createSHA256HMAC } from '@shopify/shopify-api/runtime';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Player } from './player.js';

/** Beside the signature, its verifier asks for these, under the names of webhooks or of Events. */
const OTHER_HEADERS = {
  topic: 'orders/create',
  'shop-domain': 'acme.myshopify.com',
  'api-version': '2026-01',
  'webhook-id': '1',
  'event-id': '1',
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

/** @param stem what the names of all its headers begin with */
function played(stem: string): Player {
  const header = `${stem}hmac-sha256`;
  const others: Record<string, string> = Object.fromEntries(
    Object.entries(OTHER_HEADERS).map(([name, value]) => [stem + name, value]),
  );
  return {
    name: '@shopify/shopify-api',
    slug: 'shopify',
    secret: 'shpss_0123456789abcdef',
    otherSecret: 'shpss_fedcba9876543210',
    header,
    encoding: 'base64',
    prefix: '',
    sign: async ({ body }, secret) => ({ [header]: await createSHA256HMAC(secret, body) }),
    verify: async ({ body, headers }, secret) => {
      const rawRequest = {
        method: 'POST',
        url: '/in/acme',
        headers: { ...others, ...headers },
      } as unknown as IncomingMessage;
      const { valid } = await appWith(secret).webhooks.validate({
        rawBody: body,
        rawRequest,
        rawResponse: {} as ServerResponse,
      });
      return valid;
    },
  };
}

export const shopify = played('x-shopify-');
export const shopifyEvents: Player = { ...played('shopify-'), otherNames: true };
