import { createHmac } from 'node:crypto';
import {
  github,
  hmac,
  type LocalScheme,
  shopify,
  sign,
  type SignedRequest,
  slack,
  standardWebhooks,
  stripe,
  verify,
} from 'hookwell/signatures';
import { aim, median, printRows, type Row } from './report.js';

const BODY = Buffer.from(JSON.stringify({ id: 'evt_1', text: 'x'.repeat(2_020) }));
const NOW = new Date();
/** Every scheme takes it: base64 behind whsec_. */
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const CALLS = 2_000;

/** As an admin writes one for a provider of his own. */
const own = hmac({
  algorithm: 'sha256',
  signed: '{method}\n{timestamp}\n{body}',
  signature: { header: 'x-acme-signature', prefix: 'sha256=', encoding: 'base64url' },
  timestamp: { at: { header: 'x-acme-time' }, unit: 'milliseconds', tolerance: 60 },
});

const SCHEMES: Readonly<Record<string, LocalScheme>> = {
  github,
  stripe,
  'standard-webhooks': standardWebhooks,
  shopify,
  slack,
  'of an own provider': own,
};

/** What providers' requests carry beside the signature. */
const OTHER_HEADERS = {
  host: 'hooks.example.com',
  'user-agent': 'Acme/1.0 (+https://acme.example)',
  accept: '*/*',
  'accept-encoding': 'gzip, deflate',
  'content-type': 'application/json; charset=utf-8',
  'content-length': String(BODY.length),
  'cache-control': 'no-cache',
  connection: 'keep-alive',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
};

/** Verification against the bare HMAC of the same body, round after round in turn. */
export function verification(quick: boolean): Row[] {
  const rounds = quick ? 25 : 101;
  const rows = Object.entries(SCHEMES).map(([name, scheme]) => {
    const request = requestFor(scheme);
    const bare = (): unknown => createHmac('sha256', SECRET).update(BODY).digest();
    const verified = (): unknown => verify(scheme, request, [SECRET], NOW);
    if (!verify(scheme, request, [SECRET], NOW).valid) throw new Error(`${name} does not verify`);
    const results = Array.from(
      { length: rounds },
      () => [microseconds(bare), microseconds(verified)] as const,
    );
    return {
      scheme: name,
      'bare µs': median(results.map(([alone]) => alone)),
      'verified µs': median(results.map(([, all]) => all)),
      'times bare': median(results.map(([alone, all]) => all / alone)),
    };
  });
  printRows('verify', rows);
  return rows.map((row) => aim(`verifying ${row.scheme}, times the bare HMAC`, row['times bare'], '<', 1.5));
}

function requestFor(scheme: LocalScheme): SignedRequest {
  const url = 'https://hooks.example.com/webhooks/acme';
  const signature = sign(scheme, { id: 'msg_1', now: NOW, rawBody: BODY, url }, SECRET);
  return { method: 'POST', url, headers: { ...OTHER_HEADERS, ...signature }, rawBody: BODY };
}

/** Of processor time for one call, on average; what else the machine does is not in it. */
function microseconds(call: () => unknown): number {
  const start = process.cpuUsage();
  for (let calls = 0; calls < CALLS; calls += 1) call();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / CALLS;
}
