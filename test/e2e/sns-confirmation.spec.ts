import { generateKeyPairSync } from 'node:crypto';
import type { SignedRequest } from 'hookwell/signatures';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificate } from '../support/fetched-keys/certificates.js';
import { startWithKeyServer, type WithKeyServer } from '../support/fetched-keys/installation.js';
import { ADMIN_KEY } from '../support/hookwell.js';
import { awsSns } from '../support/own-senders/aws-sns.js';
import { NOW } from '../support/own-senders/own-sender.js';

const CONFIRM = `https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=${awsSns.secret}&Token=2336`;
const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A message of SNS about its subscription. */
function message(type = 'SubscriptionConfirmation', address = CONFIRM): string {
  const fields = JSON.parse(awsSns.bodies['to confirm a subscription'] ?? '') as object;
  return JSON.stringify({ ...fields, MessageId: `${type} ${address}`, Type: type, SubscribeURL: address });
}

describe("SNS's confirmation of a subscription", () => {
  let hookwell: WithKeyServer;
  let confirmed: { readonly status: number; readonly headers?: Record<string, string> } | undefined;

  const admin = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${hookwell.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
    });

  beforeAll(async () => {
    hookwell = await startWithKeyServer();
    await hookwell.setTime(NOW);
    const body = JSON.stringify({ name: 'orders', provider: 'aws-sns', secret: awsSns.secret });
    expect((await admin('/sources', { method: 'POST', body })).status).toBe(201);
    const publicKey = await awsSns.keys?.resolve({ kind: 'certificate', url: '' });
    if (!publicKey) throw new Error('SNS has no key');
    const pem = certificate({
      publicKey,
      issuerKey: issuer.privateKey,
      names: ['sns.amazonaws.com'],
      now: NOW,
    });
    hookwell.keys.answer = ({ url }) => (url.endsWith('.pem') ? { status: 200, body: pem } : confirmed);
  });

  beforeEach(() => {
    confirmed = { status: 200 };
    hookwell.keys.reachable = true;
    hookwell.keys.asked.length = 0;
  });

  afterAll(() => hookwell.stop());

  async function send(request: SignedRequest | Promise<SignedRequest>, source = 'orders'): Promise<Response> {
    const { headers, rawBody } = await request;
    return fetch(`${hookwell.url}/webhooks/${source}`, {
      method: 'POST',
      headers: headers as Record<string, string>,
      body: new Uint8Array(rawBody),
    });
  }

  const visited = (): string[] =>
    hookwell.keys.asked.map(({ url }) => url).filter((url) => !url.endsWith('.pem'));
  const stored = async (): Promise<unknown[]> =>
    ((await (await admin('/events?limit=200')).json()) as { events: unknown[] }).events;
  const metric = async (name: string): Promise<number> => {
    const lines = (await (await fetch(`${hookwell.url}/metrics`)).text()).split('\n');
    return Number(lines.find((line) => line.startsWith(`${name} `))?.slice(name.length) ?? 0);
  };

  it('visits its address once its signature holds, and stores nothing', async () => {
    const answer = await send(awsSns.sign(message()));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(visited()).toEqual([CONFIRM]);
    expect([await stored(), await metric('hookwell_handshakes_total{provider="aws-sns"}')]).toEqual([[], 1]);
  });

  it.each([
    ['for another topic', () => awsSns.sign(message(), awsSns.otherSecret)],
    [
      'with another address than was signed',
      async () => {
        const { rawBody, ...request } = await awsSns.sign(message());
        return { ...request, rawBody: Buffer.from(rawBody.toString().replace('2336', '2337')) };
      },
    ],
    [
      'without a signature',
      async () => ({ ...(await awsSns.sign(message())), rawBody: Buffer.from(message()) }),
    ],
  ])('visits nothing %s', async (_, make) => {
    expect((await send(make())).status).toBe(401);
    expect(visited()).toEqual([]);
  });

  it('visits nothing for a source that there is not', async () => {
    expect((await send(awsSns.sign(message()), 'nobody')).status).toBe(404);
    expect(visited()).toEqual([]);
  });

  it.each([
    ['SNS answers an error', { status: 500 }],
    ['SNS sends it elsewhere', { status: 302, headers: { location: CONFIRM } }],
    ['SNS gives no answer', undefined],
  ])('is to be sent again where %s', async (_, answer) => {
    confirmed = answer;
    const failures = 'hookwell_rejected_total{reason="handshake_failed"}';
    const failedBefore = await metric(failures);
    const response = await send(awsSns.sign(message()));
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(visited()).toEqual([CONFIRM]);
    expect([await stored(), await metric(failures)]).toEqual([[], failedBefore + 1]);
  });

  it.each([
    ['UnsubscribeConfirmation', message('UnsubscribeConfirmation')],
    [
      'SubscriptionConfirmation',
      message('SubscriptionConfirmation', 'https://evil.example/?Action=ConfirmSubscription'),
    ],
  ])('stores an %s whose address is not to be visited', async (type, body) => {
    const answer = await send(awsSns.sign(body));
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(visited()).toEqual([]);
    expect(await stored()).toContainEqual(expect.objectContaining({ type }));
  });
});
