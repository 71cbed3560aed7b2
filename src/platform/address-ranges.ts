import { BlockList, isIP, isIPv4, SocketAddress } from 'node:net';

const RANGE = /^([0-9a-f:.]+)(?:\/(0|[1-9]\d{0,2}))?$/i;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/;
/** Bits before the IPv4 address in an IPv6 address that stands for it (RFC 4291 section 2.5.5.2). */
const MAPPED_BITS = 96;
/** How some proxies spell an address in X-Forwarded-For: with its port, IPv6 in brackets. */
const WITH_PORT = /^(?:\[([^\]]*)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+)$/;

interface Range {
  readonly network: string;
  readonly family: 'ipv4' | 'ipv6';
  readonly prefix: number;
}

/** What to say of a text that is no {@link isAddressRange}. */
export const TAKES_RANGE = 'an address or a range, 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32 say';

/** Whether a text is an IP address, or a range in CIDR notation (RFC 4632, RFC 4291). */
export function isAddressRange(text: string): boolean {
  return rangeOf(text) !== null;
}

/**
 * What is wrong with a text that is to be written as a range, in words that follow "must be"; null when nothing is. Stricter than
 * {@link isAddressRange}, which takes what is stored.
 */
export function rangeProblem(text: string): string | null {
  if (!isAddressRange(text)) return TAKES_RANGE;
  const [network = '', length] = text.split('/');
  const address = plainAddress(network) ?? '';
  // So short, it would hold IPv6 addresses alone, which nobody means who writes an IPv4 one.
  if (isIPv4(network) || !isIPv4(address) || Number(length ?? MAPPED_BITS) >= MAPPED_BITS) return null;
  return `${address}/${Math.min(Number(length), 32)}, an IPv4 range with its own length`;
}

/**
 * The address in its one spelling, IPv4 also where it came as IPv6, without the port that it may have; null where the text is none.
 */
export function plainAddress(text: string): string | null {
  const [, bracketed, beforePort] = WITH_PORT.exec(text) ?? [];
  const address = bracketed ?? beforePort ?? text;
  if (isIPv4(address)) return address;
  if (isIP(address) === 0) return null;
  const spelled = new SocketAddress({ address, family: 'ipv6' }).address;
  return MAPPED.exec(spelled)?.[1] ?? spelled;
}

/** A set of IP addresses. */
export class AddressRanges {
  /** One for each family: a list takes IPv4 addresses for IPv6 ones, and `::/0` would hold them all. */
  private readonly lists = { ipv4: new BlockList(), ipv6: new BlockList() };

  /** @param texts each an {@link isAddressRange} */
  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const range = rangeOf(text);
      if (!range) throw new Error(`${text} is not ${TAKES_RANGE}`);
      this.lists[range.family].addSubnet(range.network, range.prefix, range.family);
    }
  }

  /** Whether an address is in it, however it is spelled; what is no address is not. */
  includes(text: string): boolean {
    const address = plainAddress(text);
    if (address === null) return false;
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    return this.lists[family].check(address, family);
  }
}

function rangeOf(text: string): Range | null {
  const [, network = '', length] = RANGE.exec(text) ?? [];
  const written = isIP(network);
  const bits = written === 4 ? 32 : 128;
  const prefix = Number(length ?? bits);
  if (written === 0 || prefix > bits) return null;
  const address = plainAddress(network) ?? '';
  if (written === 4) return { network, family: 'ipv4', prefix };
  // A range of addresses that stand for IPv4 is a range of those.
  if (isIPv4(address) && prefix >= MAPPED_BITS) {
    return { network: address, family: 'ipv4', prefix: prefix - MAPPED_BITS };
  }
  return { network, family: 'ipv6', prefix };
}
