import { Signature } from '@hubspot/api-client';
import { docusign, hubspot, type SignedRequest, square, verify } from 'hookwell/signatures';
import { WebhooksHelper } from 'square';
import { describe, expect, it } from 'vitest';
import { ADDRESS, mac } from '../../players/player.js';
import { NOW } from './requests/request.js';

const SECRET = 'a secret';
const BODY = '{"a":1}';

function request(headers: SignedRequest['headers'], url = ADDRESS, method = 'POST'): SignedRequest {
  return { method, url, headers, rawBody: Buffer.from(BODY) };
}

describe('an address that is signed', () => {
  const others = [
    `${ADDRESS}/`,
    ADDRESS.replace('https', 'http'),
    ADDRESS.replace('hooks.', 'other.'),
    ADDRESS.replace('tenant=7', 'tenant=8'),
    ADDRESS.split('?')[0] ?? '',
    '',
  ];

  it.each(others)("is Square's, and no other: %j", async (url) => {
    const signature = mac(ADDRESS + BODY, SECRET, 'base64');
    const signed = request({ 'x-square-hmacsha256-signature': signature }, url);
    expect(verify(square, signed, [SECRET], NOW)).toMatchObject({ reason: 'signature_mismatch' });
    const theirs = WebhooksHelper.verifySignature({
      requestBody: BODY,
      signatureHeader: signature,
      signatureKey: SECRET,
      notificationUrl: url,
    });
    expect(await theirs.catch(() => false)).toBe(false);
  });

  it.each(others)("is HubSpot's, and no other: %j", (url) => {
    expect(verify(hubspot, hubspotRequest(ADDRESS, url), [SECRET], NOW)).toMatchObject({
      reason: 'signature_mismatch',
    });
  });

  it('is signed with its method by HubSpot', () => {
    expect(verify(hubspot, { ...hubspotRequest(ADDRESS), method: 'PUT' }, [SECRET], NOW).valid).toBe(false);
    expect(verify(hubspot, hubspotRequest(ADDRESS), [SECRET], NOW).valid).toBe(true);
  });

  // The documentation decodes these twelve; the package signs whatever address it is given.
  const escaped = 'https://hooks.example.com/a%3a%2Fb?c=%3F%40%21%24%27%28%29%2A%2C%3B&d=%20%26%3D%25';
  const documented = "https://hooks.example.com/a:/b?c=?@!$'()*,;&d=%20%26%3D%25";

  it.each([documented, escaped])('may be decoded by HubSpot as its documentation says: %s', (signed) => {
    expect(verify(hubspot, hubspotRequest(signed, escaped), [SECRET], NOW).valid).toBe(true);
  });

  it('is not decoded any further', () => {
    const further = decodeURIComponent(escaped);
    expect(verify(hubspot, hubspotRequest(further, escaped), [SECRET], NOW).valid).toBe(false);
    expect(verify(hubspot, hubspotRequest(escaped, documented), [SECRET], NOW).valid).toBe(false);
  });
});

function hubspotRequest(signed: string, called = signed): SignedRequest {
  const timestamp = NOW.getTime();
  const options = { url: signed, requestBody: BODY, clientSecret: SECRET, timestamp, signature: '' };
  return request(
    {
      'x-hubspot-request-timestamp': String(timestamp),
      'x-hubspot-signature-v3': Signature.getSignature('POST', 'v3', options),
    },
    called,
  );
}

describe('DocuSign, with a header for each of its keys', () => {
  const good = mac(BODY, SECRET, 'base64');
  const bad = mac(BODY, 'another', 'base64');
  const check = (headers: SignedRequest['headers']) => verify(docusign, request(headers), [SECRET], NOW);

  it.each([
    { 'X-DocuSign-Signature-1': good, 'X-DocuSign-Signature-2': bad },
    { 'X-DocuSign-Signature-1': bad, 'X-DocuSign-Signature-2': good },
    { 'X-DocuSign-Signature-1': 'words', 'X-DocuSign-Signature-100': good },
  ])('takes any that holds: %j', (headers) => {
    expect(check(headers)).toEqual({ valid: true, secretIndex: 0 });
  });

  it.each([
    [{ 'x-docusign-signature-1': bad }, 'signature_mismatch'],
    [{ 'x-docusign-signature': good }, 'missing_header'],
    [{ 'x-docusign-signature-a': good }, 'missing_header'],
    [{ 'x-docusign-signature-1': 'words' }, 'malformed_header'],
    [{ 'x-docusign-signature-1': [good, good] }, 'repeated_header'],
  ])('refuses %j: %s', (headers, reason) => {
    expect(check(headers)).toMatchObject({ valid: false, reason });
  });
});
