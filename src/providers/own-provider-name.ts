/** What the names of own providers begin with; no folder has one of these. */
export const OWN_PROVIDER = 'custom';

/** `custom`, or several of them told apart: `custom:acme`. */
const NAME = /^custom(:[a-z0-9][a-z0-9-]{0,55})?$/;

/**
 * Whether a provider is an own one: described with its sources, and not by a folder. The name alone says so, in every process, also in one
 * that has not read the source yet.
 */
export function isOwnProvider(name: string): boolean {
  return NAME.test(name);
}
