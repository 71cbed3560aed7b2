import { parseArgs } from 'node:util';
import { SendError } from './send-error.js';

const USAGE = `
Signs a provider's sample, posts it to a running Hookwell, and follows the event until it has ended.

  ADMIN_KEY=<admin key> npm run send -- --source stripe --type invoice.paid

  --source    the source to post to; one that does not exist is created
  --type      the sample's event type; without it, the provider's samples are listed
  --provider  the source's provider, where its name does not say it
  --secret    the source's secret, where this tool did not create the source
  --url       where the admin face is (default http://127.0.0.1:3000)
  --webhooks  where the webhook face is, if that is elsewhere (ADMIN_PORT)

Set PROVIDERS_DIR as for the service, to send the samples of the folders in it.
`;

const OPTIONS = {
  source: { type: 'string' },
  type: { type: 'string' },
  provider: { type: 'string' },
  secret: { type: 'string' },
  url: { type: 'string', default: 'http://127.0.0.1:3000' },
  webhooks: { type: 'string' },
} as const;

/** What the person at the keyboard wants. */
export interface SendArguments {
  readonly source: string;
  readonly type: string | undefined;
  readonly provider: string | undefined;
  readonly secret: string | undefined;
  /** Where the admin face is, without a slash at its end; so is {@link webhooks}. */
  readonly admin: string;
  readonly webhooks: string;
  readonly adminKey: string;
  readonly providersDir: string | undefined;
}

/**
 * Reads the command line and the environment.
 * @throws SendError with the usage, or with what is wrong
 */
export function readArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): SendArguments {
  const { source, type, provider, secret, url, webhooks = url } = parse(args);
  if (!source) throw new SendError(USAGE);
  const adminKey = environment['ADMIN_KEY'];
  if (!adminKey) throw new SendError('set ADMIN_KEY to the admin key that was shown at the first start');
  return {
    source,
    type,
    provider,
    secret,
    admin: address('--url', url),
    webhooks: address('--webhooks', webhooks),
    adminKey,
    // As for the service, an empty variable counts as not set.
    providersDir: environment['PROVIDERS_DIR'] === '' ? undefined : environment['PROVIDERS_DIR'],
  };
}

function parse(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new SendError(`${(error as Error).message}\n${USAGE}`);
  }
}

function address(option: string, text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new SendError(`${option} must look like http://127.0.0.1:3000`);
  }
  return text.replace(/\/+$/, '');
}
