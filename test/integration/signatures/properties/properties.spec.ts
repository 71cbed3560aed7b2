import fc from 'fast-check';
import { type SignedRequest, type Verdict, verify } from 'hookwell/signatures';
import { describe, expect, it } from 'vitest';
import { NOW } from '../../../support/own-senders/own-sender.js';
import { isGenuine, signedHeaders } from './is-genuine.js';
import { type Subject, subjects, verdictOn } from './subjects.js';

const RUNS = { numRuns: 150 };

function flipped(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
  return copy;
}

/** Any bit of some bytes. */
const bitOf = (bytes: Buffer): fc.Arbitrary<number> => fc.nat(bytes.length * 8 - 1);

/** Holds that whatever is valid still says what was signed; where no exception is listed, that nothing is valid. */
async function expectRefused(
  subject: Subject,
  request: SignedRequest,
  secrets: readonly string[] = [subject.secret],
): Promise<void> {
  const { valid } = await verdictOn(subject, request, secrets);
  if (valid) expect(isGenuine(subject, request, secrets)).toBe(true);
}

describe.each(subjects)('$name', (subject) => {
  const { request, secret } = subject;

  it('is valid as it is', async () => {
    expect(isGenuine(subject, request, [secret])).toBe(true);
    expect(await verdictOn(subject, request)).toEqual({ valid: true, secretIndex: 0 });
  });

  const bodies = request.rawBody.length > 0 ? [request.rawBody] : [];
  it.each(bodies)('is refused with any bit of its body flipped', async () => {
    await fc.assert(
      fc.asyncProperty(bitOf(request.rawBody), (bit) =>
        expectRefused(subject, { ...request, rawBody: flipped(request.rawBody, bit) }),
      ),
      RUNS,
    );
  });

  it.each(signedHeaders(subject))('is refused with any bit of the header %s flipped', async (name) => {
    const value = Buffer.from(String(request.headers[name]), 'latin1');
    await fc.assert(
      fc.asyncProperty(bitOf(value), (bit) => {
        const headers = { ...request.headers, [name]: flipped(value, bit).toString('latin1') };
        return expectRefused(subject, { ...request, headers });
      }),
      RUNS,
    );
  });

  it('is refused with any bit of its secret flipped', async () => {
    const bytes = Buffer.from(secret, 'latin1');
    await fc.assert(
      fc.asyncProperty(bitOf(bytes), (bit) =>
        expectRefused(subject, request, [flipped(bytes, bit).toString('latin1')]),
      ),
      RUNS,
    );
  });

  it('is judged alike with its headers in any order and case, genuine or not', async () => {
    const original = Object.entries({ ...request.headers, host: 'hooks.example.com', accept: '*/*' });
    const shuffled = fc.shuffledSubarray(original, { minLength: original.length });
    const capitals = fc.infiniteStream(fc.boolean());
    await fc.assert(
      fc.asyncProperty(
        shuffled,
        capitals,
        fc.constantFrom(secret, subject.otherSecret),
        async (entries, which, one) => {
          const inCase = (name: string): string =>
            name.replace(/[a-z]/g, (letter) => (which.next().value ? letter.toUpperCase() : letter));
          const headers = Object.fromEntries(entries.map(([name, value]) => [inCase(name), value]));
          const plain = await verdictOn(subject, request, [one]);
          expect(await verdictOn(subject, { ...request, headers }, [one])).toEqual(plain);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe.each([...new Map(subjects.map((subject) => [subject.slug, subject])).values()])(
  '$slug',
  (subject) => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withNullPrototype: true,
      withTypedArray: true,
    });
    const text = fc.string({ unit: 'binary' });
    const value = fc.oneof(anything, text, fc.array(text));
    const names = [...Object.keys(subject.request.headers), '__proto__', 'constructor', ''];
    const headers = fc.oneof(anything, fc.dictionary(fc.constantFrom(...names), value));
    const like = fc.record({
      method: fc.oneof(anything, text),
      url: fc.oneof(anything, text, fc.constant(subject.request.url)),
      headers,
      rawBody: fc.oneof(
        anything,
        fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        fc.json().map((json) => Buffer.from(json)),
      ),
    });
    const secrets = fc.oneof(anything, fc.array(fc.oneof(anything, text)), fc.constant([subject.secret]));

    it('never throws, whatever comes, and takes none of it', async () => {
      const property = fc.asyncProperty(
        fc.oneof(anything, like),
        secrets,
        fc.oneof(anything, fc.date({ noInvalidDate: false }), fc.constant(NOW)),
        async (request, given, now) => {
          const verdicts: Verdict[] = [
            verify(subject.scheme, request as SignedRequest, given as string[], now as Date),
            await verdictOn(subject, request as SignedRequest, given as string[], now as Date),
          ];
          expect(verdicts.map(({ valid }) => valid)).toEqual([false, false]);
        },
      );
      await fc.assert(property, RUNS);
    });
  },
);
