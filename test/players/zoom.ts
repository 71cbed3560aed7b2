import { AwsLambdaReceiver } from '@zoom/rivet/meetings';
import { mac, type Player, secondsOf } from './player.js';

/** Its own type is of a package that is not here. */
type LambdaHandler = (request: object, context: object) => Promise<{ statusCode: number }>;

export const zoom: Player = {
  name: '@zoom/rivet',
  slug: 'zoom',
  secret: 'a zoom secret token',
  otherSecret: 'another',
  header: 'x-zm-signature',
  encoding: 'hex',
  prefix: 'v0=',
  clock: {
    unit: 'seconds',
    at: { header: 'x-zm-request-timestamp', signed: { is: 'before the body', text: ':' } },
  },
  sign: ({ body, at }, secret) => ({
    'x-zm-request-timestamp': secondsOf(at),
    'x-zm-signature': `v0=${mac(`v0:${secondsOf(at)}:${body}`, secret, 'hex')}`,
  }),
  // The package verifies only inside a receiver.
  verify: async ({ body, headers }, secret) => {
    const handle: unknown = new AwsLambdaReceiver({ webhooksSecretToken: secret }).start();
    const answer = await (handle as LambdaHandler)({ body, headers, isBase64Encoded: false }, {});
    return answer.statusCode === 200;
  },
};
