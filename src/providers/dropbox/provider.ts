import {
  challengeOf,
  defineProvider,
  type Handshake,
  listField,
  parseJson,
  textAnswer,
} from 'hookwell/handler-kit';
import { dropbox } from 'hookwell/signatures';

/** https://www.dropbox.com/developers/reference/webhooks#documentation */
const challenge: Handshake = {
  signed: false,
  answer: ({ method, query }) => (method === 'GET' ? textAnswer(challengeOf(query.get('challenge'))) : null),
};

/**
 * A notification says whose files have changed, and nothing else: two of them may be the same, byte for byte.
 * https://www.dropbox.com/developers/reference/webhooks
 *
 * The sample is made after the documented fields.
 */
export const definition = defineProvider({
  slug: 'dropbox',
  displayName: 'Dropbox',
  documentation: 'https://www.dropbox.com/developers/reference/webhooks',
  scheme: dropbox,
  delivery: { answerWithinMs: 10_000, retries: 'with growing pauses for about 10 minutes' },
  bodiesRepeat: true,
  handshakes: [challenge],
  derive: ({ body }) => {
    const accounts = listField(parseJson(body), 'list_folder', 'accounts');
    const [account] = accounts;
    return {
      id: null,
      type: accounts.length > 0 ? 'list_folder' : null,
      orderingKey: accounts.length === 1 && typeof account === 'string' ? account : null,
      occurredAt: null,
    };
  },
});

export const handlers = [];
