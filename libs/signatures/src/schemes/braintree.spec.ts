import braintreeLibrary from 'braintree';
import { describe, expect, it } from 'vitest';
import { braintree, type Verdict, verify } from '../index.js';

const KEY = 'integration_private_key';
const gateway = new braintreeLibrary.BraintreeGateway({
  environment: braintreeLibrary.Environment.Sandbox,
  merchantId: 'integration_merchant_id',
  publicKey: 'integration_public_key',
  privateKey: KEY,
});
const kind: braintreeLibrary.WebhookNotificationKind = 'subscription_canceled';
const sample = gateway.webhookTesting.sampleNotification(kind, 'my_id') as unknown as {
  bt_signature: string;
  bt_payload: string;
};

function check(fields: Record<string, string>): Verdict {
  const rawBody = Buffer.from(new URLSearchParams({ ...sample, ...fields }).toString());
  return verify(braintree, { method: 'POST', url: '/', headers: {}, rawBody }, [KEY], new Date());
}

describe("a notification of Braintree's", () => {
  it('holds where its line end was lost', async () => {
    const bt_payload = sample.bt_payload.trimEnd();
    expect(check({ bt_payload }).valid).toBe(true);
    expect(await gateway.webhookNotification.parse(sample.bt_signature, bt_payload)).toMatchObject({ kind });
    expect(check({ bt_payload: `${sample.bt_payload}\n` }).valid).toBe(false);
  });

  it('holds by the signature of any key that its account has', () => {
    const [, signature = ''] = sample.bt_signature.split('|');
    const other = `other_public_key|${'0'.repeat(40)}`;
    expect(check({ bt_signature: `${other}&${sample.bt_signature}` }).valid).toBe(true);
    expect(check({ bt_signature: `${sample.bt_signature}&${other}` }).valid).toBe(true);
    expect(check({ bt_signature: other })).toMatchObject({ reason: 'signature_mismatch' });
    expect(check({ bt_signature: signature })).toMatchObject({ reason: 'malformed_body' });
  });
});
