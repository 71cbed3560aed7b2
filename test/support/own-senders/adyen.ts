import adyenLibrary from '@adyen/api-library';
import { indented, isContent, JSON_TYPE, type OwnSender, post, usual, withBody } from './own-sender.js';

interface AdyenItem {
  additionalData?: Record<string, unknown>;
  [field: string]: unknown;
}
interface AdyenBody {
  notificationItems: { NotificationRequestItem: AdyenItem }[];
}
const hmacValidator = new adyenLibrary.hmacValidator();
type SdkItem = Parameters<typeof hmacValidator.validateHMAC>[0];

const adyenItem = (change: object = {}): { NotificationRequestItem: object } => ({
  NotificationRequestItem: {
    additionalData: { cardSummary: '7777' },
    amount: { currency: 'EUR', value: 1250 },
    eventCode: 'AUTHORISATION',
    eventDate: '2026-01-31T12:00:00+01:00',
    merchantAccountCode: 'TestMerchant',
    merchantReference: 'TestPayment-1407325143704',
    pspReference: '7914073381342284',
    success: 'true',
    ...change,
  },
});
const adyenBody = (...items: object[]): string => JSON.stringify({ live: 'false', notificationItems: items });

export const adyen: OwnSender = {
  name: '@adyen/api-library',
  slug: 'adyen',
  secret: '44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
  otherSecret: '54782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056',
  header: null,
  bodies: {
    'of one notification': adyenBody(adyenItem()),
    'of several notifications': adyenBody(adyenItem(), adyenItem({ originalReference: '7914073251449896' })),
    'with colons and backslashes': adyenBody(adyenItem({ merchantReference: 'a:b\\c:\\' })),
    'with characters of every length': adyenBody(adyenItem({ merchantReference: 'é€😀\u0000' })),
    'with null and true for values': adyenBody(adyenItem({ originalReference: null, success: true })),
    'of 100 kB': adyenBody(adyenItem({ reason: 'x'.repeat(100_000) })),
  },
  others: [
    {
      name: 'an indented body',
      make: async () => indented(await usual(adyen)),
    },
  ],
  sign: (body, secret = adyen.secret) => {
    const { notificationItems, ...rest } = JSON.parse(body) as AdyenBody;
    const signed = notificationItems.map(({ NotificationRequestItem: item }) => {
      const hmacSignature = hmacValidator.calculateHmac(item as unknown as SdkItem, secret);
      return {
        NotificationRequestItem: { ...item, additionalData: { ...item.additionalData, hmacSignature } },
      };
    });
    return post(JSON.stringify({ ...rest, notificationItems: signed }), JSON_TYPE);
  },
  accepts: ({ rawBody }, secret) =>
    isContent(() => {
      const { notificationItems } = JSON.parse(rawBody.toString()) as AdyenBody;
      const items = notificationItems.map((entry) => entry.NotificationRequestItem as unknown as SdkItem);
      return items.length > 0 && items.every((item) => hmacValidator.validateHMAC(item, secret));
    }),
  forgeries: [
    withBody('an amount changed', (body) => body.replace('1250', '1251')),
    withBody('a failure made a success', (body) => body.replace('"success":"true"', '"success":"false"')),
    withBody('a body cut short', (body) => body.slice(0, -1), 'malformed_body'),
    withBody('no notifications', () => adyenBody(), 'malformed_body'),
    withBody('no signature', () => adyenBody(adyenItem()), 'malformed_body'),
    withBody('an empty body', () => '', 'malformed_body'),
    withBody('a body with a byte order mark added', (body) => `\uFEFF${body}`, 'malformed_body'),
    withBody(
      'a signature cut short',
      (body) => body.replace(/("hmacSignature":")..../, '$1'),
      'malformed_body',
    ),
    withBody(
      'a signature with white space in it',
      (body) => body.replace('"hmacSignature":"', '"hmacSignature":" '),
      'malformed_body',
    ),
    withBody(
      'a notification without a signature beside one that has one',
      (body) => body.replace(']}', `,${JSON.stringify(adyenItem())}]}`),
      'malformed_body',
    ),
    {
      name: 'one forged notification beside a genuine one',
      reason: 'signature_mismatch',
      forge: async (sender) => {
        const { rawBody } = await sender.sign(adyenBody(adyenItem(), adyenItem({ pspReference: '1' })));
        return post(rawBody.toString().replace('"pspReference":"1"', '"pspReference":"2"'), JSON_TYPE);
      },
    },
  ],
};
