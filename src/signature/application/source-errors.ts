import type { NotAdded, NotRevealed } from '../infrastructure/secret-store.js';

/** A source with this name exists. */
export class SourceExistsError extends Error {
  override readonly name = 'SourceExistsError';
}

/** A change would have to be joined with access rules that cannot be read. */
export class UnreadableRulesError extends Error {
  override readonly name = 'UnreadableRulesError';
}

/** A description would leave a source with active secrets that could not be read by it. */
export class SecretsLostError extends Error {
  override readonly name = 'SecretsLostError';

  constructor(readonly ids: readonly string[]) {
    super(`these could not be read: ${ids.join(', ')}`);
  }
}

/** A source would ask for basic credentials in the header that its signature is read from, so that nothing could be let through. */
export class AuthorizationTakenError extends Error {
  override readonly name = 'AuthorizationTakenError';
}

/** A source cannot have a secret; the message says what is wrong with that, in words for who has pasted it. */
export class UnfitSecretError extends Error {
  override readonly name = 'UnfitSecretError';
}

/** This process does not know what the provider of a source is, and so not what its secrets look like. */
export class UnknownProviderError extends Error {
  override readonly name = 'UnknownProviderError';

  constructor(readonly provider: string) {
    super(`no provider ${provider} in this process`);
  }
}

/** A secret was not added to a source. */
export class NotAddedError extends Error {
  override readonly name = 'NotAddedError';

  constructor(readonly why: NotAdded) {
    super(why);
  }
}

/** A secret was not revealed. */
export class NotRevealedError extends Error {
  override readonly name = 'NotRevealedError';

  constructor(readonly why: NotRevealed) {
    super(why);
  }
}
