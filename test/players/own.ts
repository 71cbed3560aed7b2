import { contentful } from '../support/own-senders/contentful.js';
import { ADDRESS, type OwnSender, post } from '../support/own-senders/own-sender.js';
import { discord, sendgrid } from '../support/own-senders/public-keys.js';
import { twilio } from '../support/own-senders/twilio.js';
import type { Delivery, Player } from './player.js';

/** A header's name as servers hand it over. */
const inSmallLetters = (headers: Delivery['headers']): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A sender whose scheme is code of its own, as a player. */
function played(
  sender: OwnSender,
  how: Pick<Player, 'encoding'> & Partial<Pick<Player, 'clock' | 'ofAnyLength'>>,
): Player {
  const { name, slug, secret, otherSecret, header, accepts } = sender;
  if (header === null || accepts === null) throw new Error(`${name} cannot be played`);
  return {
    name,
    slug,
    secret,
    otherSecret,
    header,
    prefix: '',
    address: ADDRESS,
    ...how,
    sign: async ({ body, at }, by) => {
      const { headers } = await sender.sign(body, by, at);
      return headers as Record<string, string>;
    },
    verify: ({ headers, body }, by) => accepts(post(body, inSmallLetters(headers)), by),
  };
}

/** Everybody whose scheme is code of its own and who signs any body in a header. */
export const ownPlayers: readonly Player[] = [
  played(contentful, {
    encoding: 'hex',
    clock: { unit: 'milliseconds', tolerance: 29.999, at: { header: 'x-contentful-timestamp' } },
  }),
  played(discord, {
    encoding: 'hex',
    clock: {
      unit: 'seconds',
      at: { header: 'x-signature-timestamp', signed: { is: 'before the body', text: '' } },
    },
  }),
  played(sendgrid, {
    encoding: 'base64',
    ofAnyLength: true,
    clock: {
      unit: 'seconds',
      at: {
        header: 'x-twilio-email-event-webhook-timestamp',
        signed: { is: 'before the body', text: '' },
      },
    },
  }),
  played(twilio, { encoding: 'base64' }),
];
