import { parse, stringify } from 'node:querystring';

/** What is signed of a part of a request, where that is not all of it: two parts alike in this verify alike. */
interface Signed<T> {
  /** Why the rest of the part does not count. */
  readonly reason: string;
  readonly view: (part: T) => unknown;
}

/** What does not flip the verdict of a scheme, although it is there. */
interface Unsigned {
  readonly body?: Signed<Buffer>;
  readonly headers?: Readonly<Record<string, Signed<string>>>;
  readonly secret?: Signed<string>;
}

const nothing = (reason: string): Signed<unknown> => ({ reason, view: () => null });
const json = (body: Buffer): Record<string, unknown> =>
  JSON.parse(body.toString()) as Record<string, unknown>;
const HEX_CASE: Signed<string> = {
  reason: 'hex digits of a secret are read in any case',
  view: (secret) => secret.toLowerCase(),
};
const TRIMMED: Signed<string> = {
  reason: 'white space at the ends of a value is not signed',
  view: (value) => value.trim(),
};

type Item = Readonly<Record<string, unknown>> & {
  readonly amount?: { readonly value: unknown; readonly currency: unknown };
  readonly additionalData?: { readonly hmacSignature: unknown };
};

function ofAdyen(body: Buffer): unknown {
  const { notificationItems } = json(body) as {
    notificationItems: readonly { readonly NotificationRequestItem: Item }[];
  };
  return notificationItems.map(({ NotificationRequestItem: item }) => [
    ['pspReference', 'originalReference', 'merchantAccountCode', 'merchantReference']
      .map((name) => item[name])
      .concat([item.amount?.value, item.amount?.currency, item['eventCode'], item['success']])
      .map((value) => String((value ?? '') as string | number | boolean))
      .join(':'),
    item.additionalData?.hmacSignature,
  ]);
}

const OF_SNS =
  'Message MessageId Subject SubscribeURL Timestamp Token TopicArn Type Signature SignatureVersion'.split(
    ' ',
  );

function ofBraintree(body: Buffer): unknown {
  const form = new URLSearchParams(body.toString());
  const signatures = form.get('bt_signature')?.match(/(?<=\|)[0-9a-f]{40}(?=&|$)/g);
  return [form.get('bt_payload')?.replace(/\n$/, ''), signatures?.[0]];
}

function ofMailgun(body: Buffer): unknown {
  const { timestamp, token, signature } = isJson(body)
    ? (json(body)['signature'] as Record<string, unknown>)
    : Object.fromEntries(new URLSearchParams(body.toString()));
  return [String(timestamp), token, signature];
}

function isJson(body: Buffer): boolean {
  try {
    return typeof json(body) === 'object';
  } catch {
    return false;
  }
}

function ofTwilio(body: Buffer): string {
  const form = new URLSearchParams(body.toString());
  return [...new Set(form.keys())]
    .sort()
    .flatMap((name) => [...new Set(form.getAll(name))].sort().map((value) => name + value))
    .join('');
}

/** Every deliberate exception from "a single flipped bit of body, signed header or secret flips the verdict". */
export const UNSIGNED: Readonly<Record<string, Unsigned>> = {
  adyen: {
    body: { reason: 'eight fields of each notification are signed, and no more', view: ofAdyen },
    secret: HEX_CASE,
  },
  'adyen-platform': { secret: HEX_CASE },
  'aws-sns': {
    body: {
      reason: 'some fields are signed, and the address of the certificate leads to the key and is not signed',
      view: (body) => OF_SNS.map((name) => json(body)[name] ?? null),
    },
  },
  braintree: {
    body: { reason: 'two fields of the form count, however they are escaped', view: ofBraintree },
  },
  contentful: {
    headers: {
      'content-type': TRIMMED,
      'x-contentful-topic': TRIMMED,
      'x-contentful-timestamp': TRIMMED,
      'x-contentful-signed-headers': {
        reason: 'the list is signed in the order of the alphabet, each name once',
        view: (list) => [...new Set(list.trim().split(','))].sort().join(),
      },
    },
  },
  discord: { secret: HEX_CASE },
  'google-pubsub': {
    body: nothing('the token is signed, and the message is not'),
    headers: {
      authorization: {
        reason: 'the word before the token may be in any case (RFC 7235 section 2.1)',
        view: (value) => value.replace(/^bearer /i, ''),
      },
    },
  },
  mailgun: {
    body: {
      reason: 'a timestamp and a token are signed, and the event is not',
      view: ofMailgun,
    },
  },
  'microsoft-graph': {
    body: {
      reason: 'every notification shows a secret; nothing is signed',
      view: (body) => [
        ...new Set((json(body)['value'] as { clientState: unknown }[]).map(({ clientState }) => clientState)),
      ],
    },
  },
  paypal: {
    headers: {
      'paypal-cert-url': nothing('it leads to the key and is not signed; these tests have one key'),
    },
  },
  plaid: { secret: nothing('it is what we ask for the key with; these tests have one key') },
  twilio: {
    body: {
      reason:
        'names and values of a form are signed in the order of the alphabet, however they are escaped, and nothing parts them',
      view: ofTwilio,
    },
  },
};

/** Where a header shows the secret itself, nothing is signed, and it has to show all of it, whatever that is: its name, and its value. */
export const SHOWN: Readonly<Record<string, (secret: string) => readonly [name: string, value: string]>> = {
  gitlab: (secret) => ['x-gitlab-token', secret],
  okta: (secret) => {
    const [, name = 'authorization', value = secret] = /^([!#-'*+.\w^`|~-]+): (.+)$/.exec(secret) ?? [];
    return [name.toLowerCase(), value];
  },
};

/** Headers that are there beside those that are signed. */
export const UNSIGNED_HEADERS: readonly string[] = ['content-type'];

/** What is signed of the method, for the schemes that sign it. */
export const METHOD_SIGNED: readonly string[] = ['contentful', 'hubspot'];

/** What is signed of the address, for the schemes that sign it, and how they spell it. */
export const URL_SIGNED: Readonly<Record<string, (url: string) => unknown>> = {
  contentful: (url) => url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '') || '/',
  'google-pubsub': (url) => url,
  hubspot: (url) =>
    url.replace(/%[0-9a-f]{2}/gi, (escape) => {
      const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
      return ":/?@!$'()*,;".includes(character) ? character : escape;
    }),
  square: (url) => url,
  // Twilio's systems spell an address in several ways.
  twilio: (url) => {
    const { href, search, port } = new URL(url);
    return [href.replace(`:${port}/`, '/').split('?')[0], stringify(parse(search.slice(1)))];
  },
};
