import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { SignedRequest } from 'hookwell/signatures';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { certificate, type CertificateText } from '../support/fetched-keys/certificates.js';
import { startWithKeyServer, type WithKeyServer } from '../support/fetched-keys/installation.js';
import type { Answer, Asked } from '../support/fetched-keys/key-server.js';
import { ADMIN_KEY } from '../support/hookwell.js';
import { awsSns } from '../support/own-senders/aws-sns.js';
import { googlePubsub } from '../support/own-senders/google-pubsub.js';
import { NOW, type OwnSender, textOf } from '../support/own-senders/own-sender.js';
import { plaid } from '../support/own-senders/plaid.js';

const DAY = 86_400_000;
const issuer = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ACCOUNT = 'push@project.iam.gserviceaccount.com https://hooks.example.com/pubsub';

/** A sender whose keys are fetched, as this suite plays it. */
interface Sender {
  readonly name: string;
  readonly provider: string;
  readonly secret: string;
  /** A genuine request, unlike all others of the same sender. */
  sign(n: number, at: Date): SignedRequest | Promise<SignedRequest>;
  /** The same, naming a key that its provider does not have. */
  forged(request: SignedRequest, n: number): SignedRequest;
  /** The provider's answer where it is asked for the key. */
  answer(asked: Asked, key: KeyObject, now: Date): Answer;
  /** How often a flood of forged key ids may have it ask within ten seconds. */
  readonly mostAsked: number;
}

const json = (status: number, body: object, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: JSON.stringify(body),
});

function pemFor(publicKey: KeyObject, now: Date, change: Partial<CertificateText> = {}): Answer {
  const text = { publicKey, issuerKey: issuer.privateKey, names: ['sns.amazonaws.com'], now, ...change };
  return { status: 200, body: certificate(text) };
}

function sns(version: string): Sender {
  const body = awsSns.bodies[`of version ${version}`] ?? '';
  return {
    name: `sns-${version}`,
    provider: 'by-certificate',
    secret: awsSns.secret,
    sign: (n) => awsSns.sign(body.replace('Hello 1250', `Hello ${n}`)),
    forged: (request, n) => ({
      ...request,
      rawBody: Buffer.from(request.rawBody.toString().replace(/Service-\w+\.pem/, `Service-${n}.pem`)),
    }),
    answer: ({ url }, key, now) =>
      url.endsWith('f3ecfb7224c7233fe7bb5f59f96de52f.pem') ? pemFor(key, now) : { status: 404 },
    mostAsked: 20,
  };
}

/** The token with another key's id; nobody gets as far as its signature. */
function withKeyId(request: SignedRequest, header: string, alg: string, n: number): SignedRequest {
  const other = Buffer.from(JSON.stringify({ alg, kid: `forged-${n}`, typ: 'JWT' })).toString('base64url');
  const value = textOf(request.headers[header]).replace(/^(Bearer )?[^.]+/, `$1${other}`);
  return { ...request, headers: { ...request.headers, [header]: value } };
}

const bodyOf = (n: number): string => JSON.stringify({ n });

const senders: readonly Sender[] = [
  sns('1'),
  sns('2'),
  {
    name: 'plaid',
    provider: 'by-plaid-key',
    secret: plaid.secret,
    sign: (n, at) => plaid.sign(bodyOf(n), plaid.secret, at),
    forged: (request, n) => withKeyId(request, 'plaid-verification', 'ES256', n),
    answer: ({ body }, key) =>
      body.includes('"key_id":"kid-1"') && body.includes('"secret":"0123456789abcdef"')
        ? json(200, {
            key: { ...key.export({ format: 'jwk' }), kid: 'kid-1', alg: 'ES256', expired_at: null },
          })
        : json(400, { error_code: 'INVALID_WEBHOOK_VERIFICATION_KEY_ID' }),
    mostAsked: 20,
  },
  {
    name: 'pubsub',
    provider: 'by-key-set',
    secret: ACCOUNT,
    sign: (n, at) => googlePubsub.sign(bodyOf(n), ACCOUNT, at),
    forged: (request, n) => withKeyId(request, 'authorization', 'RS256', n),
    answer: (_, key) =>
      json(200, { keys: [{ ...key.export({ format: 'jwk' }), kid: 'kid-1', alg: 'RS256', use: 'sig' }] }),
    mostAsked: 1,
  },
];

const own: Readonly<Record<string, OwnSender>> = {
  'by-certificate': awsSns,
  'by-plaid-key': plaid,
  'by-key-set': googlePubsub,
};

let hookwell: WithKeyServer;
let now = NOW;
let count = 0;

async function publicKeyOf({ provider }: Sender): Promise<KeyObject> {
  const key = await own[provider]?.keys?.resolve({ kind: 'certificate', url: '' });
  if (!key) throw new Error(`${provider} has no key`);
  return key;
}

async function post(sender: Sender, { headers, rawBody }: SignedRequest): Promise<Response> {
  return fetch(`${hookwell.url}/webhooks/${sender.name}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: new Uint8Array(rawBody),
  });
}

async function genuine(sender: Sender): Promise<SignedRequest> {
  count += 1;
  return sender.sign(count, now);
}

async function goOn(milliseconds: number): Promise<void> {
  now = new Date(now.getTime() + milliseconds);
  await hookwell.setTime(now);
}

async function metric(line: string): Promise<number> {
  const text = await (await fetch(`${hookwell.url}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((each) => each.startsWith(`hookwell_${line} `))
      ?.split(' ')[1] ?? 0,
  );
}

beforeAll(async () => {
  hookwell = await startWithKeyServer();
  for (const { name, provider, secret } of senders) {
    const response = await fetch(`${hookwell.url}/sources`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name, provider, secret }),
    });
    expect(response.status).toBe(201);
  }
});

beforeEach(async () => {
  // All that was fetched for the test before is too old.
  await goOn(DAY);
});

afterAll(async () => {
  await hookwell.stop();
});

describe.each(senders)('$name, whose keys are fetched', (sender) => {
  beforeEach(async () => {
    const key = await publicKeyOf(sender);
    hookwell.keys.reachable = true;
    hookwell.keys.answer = (asked) => sender.answer(asked, key, now);
    hookwell.keys.asked.length = 0;
  });

  it('is accepted, and its key is fetched once', async () => {
    const requests = await Promise.all(Array.from({ length: 20 }, () => genuine(sender)));
    const first = await Promise.all(requests.slice(0, 10).map((request) => post(sender, request)));
    const later = await Promise.all(requests.slice(10).map((request) => post(sender, request)));
    const answers = [...first, ...later];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const events = (await Promise.all(answers.map((answer) => answer.json()))) as { id: string }[];
    expect(new Set(events.map(({ id }) => id)).size).toBe(20);
    expect(hookwell.keys.asked).toHaveLength(1);
  });

  it('has to come back while its keys are away, and is accepted then', async () => {
    const request = await genuine(sender);
    const before = await metric('rejected_total{reason="key_unavailable"}');
    const others = await metric('rejected_total{reason="not_stored"}');
    hookwell.keys.reachable = false;
    const refused = await post(sender, request);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await refused.json()).toMatchObject({
      status: 503,
      detail: 'The event cannot be verified now; send it again.',
    });
    expect(await metric('rejected_total{reason="key_unavailable"}')).toBe(before + 1);
    expect(await metric('rejected_total{reason="not_stored"}')).toBe(others);
    hookwell.keys.reachable = true;
    hookwell.keys.answer = () => ({ status: 500 });
    expect((await post(sender, request)).status).toBe(503);
    const key = await publicKeyOf(sender);
    hookwell.keys.answer = (asked) => sender.answer(asked, key, now);
    expect((await post(sender, request)).status).toBe(200);
  });

  it('is refused with a key that its provider does not have, which is asked for once', async () => {
    const forged = sender.forged(await genuine(sender), 1);
    expect((await post(sender, forged)).status).toBe(401);
    expect((await post(sender, forged)).status).toBe(401);
    expect(hookwell.keys.asked).toHaveLength(1);
  });

  it('is refused with the key of another', async () => {
    const other = sender.name === 'plaid' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : issuer;
    hookwell.keys.answer = (asked) => sender.answer(asked, other.publicKey, now);
    expect((await post(sender, await genuine(sender))).status).toBe(401);
  });

  it('has few keys asked for, however many are made up, and is accepted all the while', async () => {
    const request = await genuine(sender);
    expect((await post(sender, request)).status).toBe(200);
    hookwell.keys.asked.length = 0;
    await goOn(60_000);
    const forged = Array.from({ length: 1000 }, (_, n) => sender.forged(request, n));
    const statuses: number[] = [];
    for (let at = 0; at < forged.length; at += 50) {
      const answers = await Promise.all(forged.slice(at, at + 50).map((one) => post(sender, one)));
      statuses.push(...answers.map(({ status }) => status));
    }
    expect(hookwell.keys.asked.length).toBeGreaterThan(0);
    expect(hookwell.keys.asked.length).toBeLessThanOrEqual(sender.mostAsked);
    expect(statuses.filter((status) => status !== 401 && status !== 503)).toEqual([]);
    expect((await post(sender, await genuine(sender))).status).toBe(200);
  });

  it('has no key asked for where the request cannot hold anyway', async () => {
    const request = await genuine(sender);
    const impossible = [
      { ...request, headers: {}, rawBody: Buffer.from('{}') },
      await sender.sign(0, new Date(now.getTime() - DAY)),
    ].slice(0, sender.provider === 'by-certificate' ? 1 : 2);
    for (const one of impossible) expect((await post(sender, one)).status).toBe(401);
    expect(hookwell.keys.asked).toEqual([]);
  });
});

describe('a certificate of SNS', () => {
  const [sender = sns('2')] = senders;

  it.each<[string, (at: Date) => Partial<CertificateText>]>([
    ['that has expired', (at) => ({ to: at })],
    ['that is not valid yet', (at) => ({ from: new Date(at.getTime() + 1000) })],
    ['of another service', () => ({ names: ['s3.amazonaws.com'] })],
  ])('%s verifies nothing', async (_, change) => {
    const key = await publicKeyOf(sender);
    hookwell.keys.answer = () => pemFor(key, now, change(now));
    expect((await post(sender, await genuine(sender))).status).toBe(401);
  });

  it('of another topic is not asked for', async () => {
    hookwell.keys.asked.length = 0;
    const request = await awsSns.sign(awsSns.bodies['of version 2'] ?? '', awsSns.otherSecret);
    expect((await post(sender, request)).status).toBe(401);
    expect(hookwell.keys.asked).toEqual([]);
  });
});

it('does not blame a sender for our wrong credentials', async () => {
  const [sender = sns('2')] = senders.filter(({ name }) => name === 'plaid');
  hookwell.keys.answer = () => json(400, { error_code: 'INVALID_API_KEYS' });
  const request = await genuine(sender);
  expect((await post(sender, request)).status).toBe(503);
});
