import { schemes, type SignatureScheme, verify } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';

interface Published {
  readonly slug: string;
  readonly source: string;
  readonly secret: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** When it was signed, where that is signed. */
  readonly at?: string;
  /** The address that was called, where it is signed. */
  readonly url?: string;
}

/** Signatures that providers have published with their secrets. */
const PUBLISHED: readonly Published[] = [
  {
    slug: 'github',
    source: 'https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries',
    secret: "It's a Secret to Everybody",
    body: 'Hello, World!',
    headers: {
      'x-hub-signature-256': 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    },
  },
  {
    slug: 'bitbucket',
    source: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks',
    secret: "It's a Secret to Everybody",
    body: 'Hello World!',
    headers: {
      'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9',
    },
  },
  {
    slug: 'line',
    source: 'https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature',
    secret: '8c570fa6dd201bb328f1c1eac23a96d8',
    body: '{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}',
    headers: { 'x-line-signature': 'GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=' },
  },
  {
    slug: 'slack',
    source: 'https://docs.slack.dev/authentication/verifying-requests-from-slack',
    secret: '8f742231b10e8888abcd99yyyzzz85a5',
    body: 'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
    headers: {
      'x-slack-request-timestamp': '1531420618',
      'x-slack-signature': 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    },
    at: '2018-07-12T18:36:58Z',
  },
  {
    slug: 'svix',
    source: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
    secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
    body: '{"event_type":"ping","data":{"success":true}}',
    headers: {
      'svix-id': 'msg_loFOjxBNrRLzqYUf',
      'svix-timestamp': '1731705121',
      'svix-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    },
    at: '2024-11-15T21:12:01Z',
  },
  {
    slug: 'hubspot',
    source: 'https://github.com/HubSpot/hubspot-api-python',
    secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
    body: "{'example_field':'example_value'}",
    headers: {
      'x-hubspot-request-timestamp': '1693657560000',
      'x-hubspot-signature-v3': 'K36dawei4A+QBNolUOqo7s91KQDWQ5MXZ/QufNYuk/Y=',
    },
    at: '2023-09-02T12:26:00Z',
    url: 'https://www.example.com/webhook_uri',
  },
];

describe('a published signature', () => {
  it.each(PUBLISHED)('holds: $slug', ({ slug, secret, body, headers, at = 0, url = '' }) => {
    const request = { method: 'POST', url, headers, rawBody: Buffer.from(body) };
    expect(verify(schemes[slug] as SignatureScheme, request, [secret], new Date(at))).toEqual({
      valid: true,
      secretIndex: 0,
    });
    const forged = { ...request, rawBody: Buffer.from(`${body} `) };
    expect(verify(schemes[slug] as SignatureScheme, forged, [secret], new Date(at))).toMatchObject({
      reason: 'signature_mismatch',
    });
  });
});
