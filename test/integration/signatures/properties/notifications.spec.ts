import fc from 'fast-check';
import { explain, schemes, type SignatureScheme, type SignedRequest, verify } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { adyen } from '../../../support/own-senders/adyen.js';
import { noKeys, NOW, type OwnSender } from '../../../support/own-senders/own-sender.js';
import { microsoftGraph } from '../../../support/own-senders/tokens.js';

const ADYEN_KEYS = [adyen.secret, adyen.otherSecret, 'AB'.repeat(32)];
const STATES = [microsoftGraph.secret, microsoftGraph.otherSecret, 'a third state'];

/** Who sends several notifications at once, the list that they are in, and secrets of theirs. */
const SENDERS: readonly [OwnSender, list: string, secrets: readonly string[]][] = [
  [adyen, 'notificationItems', ADYEN_KEYS],
  [microsoftGraph, 'value', STATES],
];

/** One request with a notification for each of the secrets. */
async function mixed(sender: OwnSender, list: string, secrets: readonly string[]): Promise<SignedRequest> {
  const [body = ''] = Object.values(sender.bodies);
  const requests = await Promise.all(secrets.map(async (secret) => sender.sign(body, secret)));
  const notifications = requests.flatMap(({ rawBody }) => {
    const { [list]: items } = JSON.parse(rawBody.toString()) as Record<string, unknown[]>;
    return items ?? [];
  });
  const rawBody = Buffer.from(JSON.stringify({ [list]: notifications }));
  return { method: 'POST', url: '', headers: {}, rawBody };
}

describe.each(SENDERS)('notifications of $slug in one request', (sender, list, secrets) => {
  const scheme = schemes[sender.slug] as SignatureScheme;
  const some = fc.array(fc.constantFrom(...secrets), { minLength: 1, maxLength: 5 });
  const active = fc
    .subarray([...secrets], { minLength: 1 })
    .chain((known) => fc.shuffledSubarray(known, { minLength: known.length }));

  it('hold where each does, by any of the secrets, and the first one says by which', async () => {
    await fc.assert(
      fc.asyncProperty(some, active, async (used, known) => {
        const verdict = verify(scheme, await mixed(sender, list, used), known, NOW);
        if (used.every((secret) => known.includes(secret))) {
          expect(verdict).toEqual({ valid: true, secretIndex: known.indexOf(used[0] ?? '') });
        } else expect(verdict).toMatchObject({ valid: false, reason: 'signature_mismatch' });
      }),
    );
  });

  it('hold by no secret that is of no use', async () => {
    const request = await mixed(sender, list, secrets);
    expect(verify(scheme, request, ['', ' '], NOW)).toMatchObject({ reason: 'no_secret' });
    expect(verify(scheme, request, ['', ...secrets], NOW)).toEqual({ valid: true, secretIndex: 1 });
  });
});

it('are explained one by one', async () => {
  const [one = '', other = ''] = ADYEN_KEYS;
  const request = await mixed(adyen, 'notificationItems', [one, other]);
  const signatures = [...request.rawBody.toString().matchAll(/"hmacSignature":"(.{8})/g)].map(
    ([, begin]) => begin,
  );
  const { verdict, signed, expected } = await explain(
    schemes['adyen'] as SignatureScheme,
    request,
    [one, other, 'no key'],
    NOW,
    noKeys,
  );
  const text = '7914073381342284::TestMerchant:TestPayment-1407325143704:1250:EUR:AUTHORISATION:true';
  expect(verdict).toEqual({ valid: true, secretIndex: 0 });
  expect(signed?.toString()).toBe(`${text}\n${text}`);
  // The two say the same.
  expect(expected).toEqual([
    `${signatures[0]}… ${signatures[0]}…`,
    `${signatures[1]}… ${signatures[1]}…`,
    null,
  ]);
});
