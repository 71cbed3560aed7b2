import type { KeyAnswer, KeyQuestion } from '../../domain/keys/key-place.js';

/** Asks providers for their public keys. */
export abstract class KeyFetcher {
  /** @throws Error when there is no answer in time, or a larger one than any key is */
  abstract fetch(question: KeyQuestion): Promise<KeyAnswer>;
}
