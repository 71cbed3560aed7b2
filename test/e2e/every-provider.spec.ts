import { createHash, createHmac, randomUUID } from 'node:crypto';
import { answerTo, type ProviderDefinition } from 'hookwell/handler-kit';
import { canSign, secretFrom, sign } from 'hookwell/signatures';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definitionsIn, loadProviderFolders } from '../../src/providers/provider-folders.js';
import { players } from '../players/index.js';
import { type Installed, modes } from '../support/modes.js';
import { adyen } from '../support/own-senders/adyen.js';
import { mailgun } from '../support/own-senders/mailgun.js';
import { type OwnSender, post } from '../support/own-senders/own-sender.js';
import { discord, sendgrid } from '../support/own-senders/public-keys.js';
import { microsoftGraph } from '../support/own-senders/tokens.js';
import { ANY_DIGEST, DIGEST, expectedOf, sampleOf, sampleTypes } from '../support/samples.js';

/** Some sign the address that they were given. */
const PUBLIC_URL = 'https://hooks.example.com';

type Signer = Pick<OwnSender, 'slug' | 'secret' | 'sign'>;

/** Signs a notification that is played; the package signs only its own. */
const braintree: Signer = {
  slug: 'braintree',
  secret: 'integration_private_key',
  sign: (body, secret = braintree.secret) => {
    const payload = new URLSearchParams(body).get('bt_payload') ?? '';
    const key = createHash('sha1').update(secret).digest();
    const signature = `public_key|${createHmac('sha1', key).update(payload).digest('hex')}`;
    const form = new URLSearchParams({ bt_signature: signature, bt_payload: payload });
    return post(form.toString(), { 'content-type': 'application/x-www-form-urlencoded' });
  },
};

/** Those who sign in the body, or with a private key. */
const OWN_SENDERS: readonly Signer[] = [adyen, braintree, discord, mailgun, microsoftGraph, sendgrid];

/** A request as the provider would send it, and the secret that its source has. */
interface Genuine {
  readonly secret: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A sample as the provider would sign it: by its player, by a sender of its own, or by our library. */
async function genuine(
  definition: ProviderDefinition,
  type: string,
  id: string,
  now: Date,
): Promise<Genuine> {
  const { slug, scheme } = definition;
  const played = definition.simulate({ type, body: sampleOf(slug, type), id, now });
  const headers = played.headers as Readonly<Record<string, string>>;
  const { body } = played;
  const url = `${PUBLIC_URL}/webhooks/${slug}`;
  const player = players.find((each) => each.slug === slug);
  if (player) {
    const { secret } = player;
    const signature = await player.sign({ body: body.toString(), at: now, id, url }, secret);
    return { secret, headers: { ...headers, ...signature }, body };
  }
  const sender = OWN_SENDERS.find((each) => each.slug === slug);
  if (sender) {
    const { secret } = sender;
    const signed = await sender.sign(body.toString(), secret, now);
    const signature = signed.headers as Readonly<Record<string, string>>;
    return { secret, headers: { ...headers, ...signature }, body: signed.rawBody };
  }
  const secret = secretFrom(Buffer.alloc(32, slug), scheme) ?? '';
  const signature = sign(scheme, { id, now, rawBody: body, url }, secret);
  return { secret, headers: { ...headers, ...signature }, body };
}

const definitions = definitionsIn(await loadProviderFolders(undefined));
// A key that has to be fetched is only its provider's.
const playable = definitions.filter(({ scheme }) => scheme.keys === 'given');
const samples = playable.flatMap((definition) =>
  sampleTypes(definition.slug).map((type) => ({ slug: definition.slug, type, definition })),
);

describe.each(modes)('every provider, $mode', (mode) => {
  let installed: Installed;

  beforeAll(async () => {
    installed = await mode.install({ PUBLIC_URL });
  });

  afterAll(() => installed.stop());

  it.each(samples)(
    'is a source of $slug at once, and stores its $type',
    async ({ slug, type, definition }) => {
      const { hookwell } = installed;
      const id = randomUUID();
      // Some providers count whole seconds.
      const now = new Date(Math.floor(Date.now() / 1000) * 1000);
      const { secret, headers, body } = await genuine(definition, type, id, now);
      const source = await hookwell.admin('/sources', {
        method: 'POST',
        body: { name: slug, provider: slug, secret },
      });
      // One of its other samples may have made it.
      expect([201, 409]).toContain(source.status);

      const response = await hookwell.post(slug, body, headers);
      const answer = answerTo(definition, { headers, body });
      const { bodiesRepeat } = definition;
      expect(response.status).toBe(answer?.status ?? 200);
      if (answer) expect(await response.text()).toBe(answer.body);
      const [stored] = await installed.read(
        `SELECT id FROM events WHERE source = '${slug}' ORDER BY id DESC LIMIT 1`,
      );
      const event = await hookwell.event((stored as { id: string }).id);
      const [kept] = await installed.read(
        `SELECT headers, body FROM event_payloads WHERE event_id = '${event.id}'`,
      );
      const { headers: keptHeaders, body: keptBody } = kept as { headers: string; body: Uint8Array };
      expect(keptHeaders).not.toContain(secret);
      expect(Buffer.from(keptBody).includes(secret)).toBe(false);

      const expected = expectedOf(slug, id, now)[type];
      expect(event).toMatchObject({
        type: expected?.type === undefined ? type : (expected.type ?? 'unknown'),
        orderingKey: expected?.orderingKey,
        occurredAt: expected?.occurredAt,
      });
      const withoutId = bodiesRepeat ? event.id : createHash('sha256').update(body).digest('hex');
      if (expected?.id === undefined) expect(event.idempotencyKey).toContain(id);
      else if (expected.id === ANY_DIGEST) expect(event.idempotencyKey).toMatch(DIGEST);
      else expect(event.idempotencyKey).toBe(expected.id ?? withoutId);
    },
  );

  it('lists them all, with what their definitions say', async () => {
    const response = await installed.hookwell.admin('/providers');
    expect(response.status).toBe(200);
    const listed = (await response.json()) as readonly { readonly slug: string }[];
    expect(listed.map(({ slug }) => slug)).toEqual(definitions.map(({ slug }) => slug).toSorted());
    expect(listed).toEqual(
      expect.arrayContaining([
        {
          slug: 'stripe',
          displayName: 'Stripe',
          documentation: 'https://docs.stripe.com/webhooks',
          scheme: {
            kind: 'hmac',
            hmac: {
              algorithm: 'sha256',
              signed: '{timestamp}.{body}',
              header: 'stripe-signature',
              encoding: 'hex',
              toleranceSeconds: 300,
            },
          },
          secretName: 'signing secret',
          bodyLimit: 1_048_576,
          answerWithinMs: null,
          retries: 'up to 3 days with growing pauses; a sandbox 3 times in a few hours',
          hasHandshakes: false,
        },
        expect.objectContaining({
          slug: 'adyen',
          scheme: { kind: 'own', hmac: null },
          answerWithinMs: 10_000,
        }),
        expect.objectContaining({ slug: 'google-pubsub', scheme: { kind: 'fetched-key', hmac: null } }),
        expect.objectContaining({
          slug: 'github',
          bodyLimit: 26_214_400,
          retries: 'none; by hand within 3 days',
        }),
      ]),
    );
  });
});

it('leaves nobody out but those who cannot be played', () => {
  const unplayable = playable.filter(
    ({ slug, scheme }) => !canSign(scheme) && !OWN_SENDERS.some((sender) => sender.slug === slug),
  );
  expect(unplayable.map(({ slug }) => slug)).toEqual([]);
});
