import { parse, stringify } from 'node:querystring';

/** Scheme, user, host, port and the rest, each as it is spelled. */
const PARTS = /^([a-z][a-z0-9+.-]*:\/\/)((?:[^/?#]*@)?)((?:[^/?#]*\])?[^/?#:]*)(:[^/?#]*)?(.*)$/is;

/**
 * The spellings of an address that Twilio's systems sign, the usual ones first: without and with its port, and the same of the
 * address as the URL standard and Node's older parser spell it.
 * https://github.com/twilio/twilio-node/blob/main/src/webhooks/webhooks.ts
 */
export function addressesOf(address: string): readonly [string, ...string[]] {
  const usual = withoutPort(address);
  const spellings = new Set([usual, withPort(address)]);
  if (URL.canParse(address)) {
    const standard = new URL(address).href;
    const both = [withoutPort(standard), withPort(standard)];
    for (const spelling of [...both, ...both.map(withOlderQuery)]) spellings.add(spelling);
  }
  spellings.delete(usual);
  return [usual, ...spellings];
}

function withoutPort(address: string): string {
  return address.replace(PARTS, '$1$2$3$5');
}

/** The port that stands for the scheme, where none is there. */
function withPort(address: string): string {
  return address.replace(
    PARTS,
    (_, scheme: string, user: string, host: string, port: string | undefined, rest: string) => {
      const usual = scheme.toLowerCase() === 'https://' ? ':443' : ':80';
      return scheme + user + host + (port ?? usual) + rest;
    },
  );
}

function withOlderQuery(address: string): string {
  const start = address.indexOf('?') + 1;
  if (start === 0 || start === address.length) return address;
  return address.slice(0, start) + stringify(parse(address.slice(start)));
}
