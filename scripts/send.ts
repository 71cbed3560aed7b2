import { createHmac, randomUUID } from 'node:crypto';
import { answerTo, idempotencyKeyOf, type ProviderDefinition } from 'hookwell/handler-kit';
import { canSign, secretFrom, secretProblem, sign } from 'hookwell/signatures';
import { ConfigurationError } from '../src/platform/config/config.js';
import { definitionsIn, loadProviderFolders } from '../src/providers/provider-folders.js';
import { AdminApi, type Source } from './send/admin-api.js';
import { readArguments, type SendArguments } from './send/arguments.js';
import { post, type Posted, refuseUnlessAccepted } from './send/post.js';
import { Samples } from './send/samples.js';
import { SendError } from './send/send-error.js';
import { follow } from './send/trail.js';

/** Plays a provider towards the running service: signs a sample, posts it, and follows the event. */
async function main(): Promise<void> {
  const wanted = readArguments(process.argv.slice(2), process.env);
  const admin = new AdminApi(wanted.admin, wanted.adminKey);
  const source = (await admin.sources()).find(({ name }) => name === wanted.source);
  const definition = await definitionFor(wanted, source);

  const samples = await Samples.of(definition.slug, wanted.providersDir);
  if (wanted.type === undefined) {
    say(samples.list);
    return;
  }
  const body = await samples.body(wanted.type);
  if (body === undefined) throw new SendError(`there is no sample of ${wanted.type}; ${samples.list}`);

  if (!canSign(definition.scheme)) {
    throw new SendError(
      `${definition.slug} does not sign in headers, by a secret that both know: its samples cannot be sent from here`,
    );
  }
  const secret = secretFor(wanted, definition);
  await seeToSource(admin, source, { name: wanted.source, provider: definition.slug, secret });

  const id = randomUUID();
  const now = new Date();
  const delivery = definition.simulate({ type: wanted.type, body, id, now });
  const address = `${wanted.webhooks}/webhooks/${wanted.source}`;
  const signature = sign(definition.scheme, { id, now, rawBody: delivery.body, url: address }, secret);
  const request = { ...delivery, headers: { ...delivery.headers, ...signature } };
  const posted = await post(address, request);
  say(`POST ${address} (${request.body.length} bytes) -> ${posted.status} ${posted.text}`.trimEnd());
  refuseUnlessAccepted(posted);

  // A provider that wants an answer of its own is not told the id.
  const answersWithId = answerTo(definition, request) === null;
  const eventId = answersWithId
    ? idIn(posted)
    : await admin.newestEvent(
        wanted.source,
        idempotencyKeyOf(definition, definition.derive(request).id, request.body),
      );
  const status = await follow(admin, eventId, say);
  if (status === 'FAILED') process.exitCode = 1;
}

async function definitionFor(
  { source: name, provider, providersDir }: SendArguments,
  source: Source | undefined,
): Promise<ProviderDefinition> {
  if (source && provider !== undefined && provider !== source.provider) {
    throw new SendError(`the source ${name} is one of provider ${source.provider}, not of ${provider}`);
  }
  const slug = source?.provider ?? provider ?? name;
  const definitions = definitionsIn(await loadProviderFolders(providersDir));
  const definition = definitions.find((candidate) => candidate.slug === slug);
  if (!definition) {
    const slugs = definitions.map((candidate) => candidate.slug).join(', ');
    throw new SendError(`there is no provider ${slug}; say --provider with one of ${slugs}`);
  }
  return definition;
}

/** The same key and source give the same secret, so that the tool can sign for a source that it has created before. */
function secretFor({ source, secret, adminKey }: SendArguments, { scheme }: ProviderDefinition): string {
  if (secret === undefined) {
    const made = secretFrom(createHmac('sha256', adminKey).update(`send ${source}`).digest(), scheme);
    if (made === null) throw new SendError('say --secret with one of the form that the provider gives out');
    return made;
  }
  const problem = secretProblem(scheme, secret);
  if (problem !== null) throw new SendError(`--secret ${problem}`);
  return secret;
}

async function seeToSource(
  admin: AdminApi,
  existing: Source | undefined,
  wanted: { readonly name: string; readonly provider: string; readonly secret: string },
): Promise<void> {
  if (existing?.enabled === false) {
    throw new SendError(`the source ${wanted.name} is disabled; enable it: PATCH /sources/${wanted.name}`);
  }
  if (existing) return;
  await admin.createSource(wanted);
  say(`created source ${wanted.name} (provider ${wanted.provider})`);
}

function idIn({ text }: Posted): string {
  return (JSON.parse(text) as { id: string }).id;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  const isTold = error instanceof SendError || error instanceof ConfigurationError;
  process.stderr.write(`${isTold ? error.message : String((error as Error).stack)}\n`);
  process.exitCode = 1;
});
