import type { SignatureScheme } from './scheme.js';
import * as all from './schemes/index.js';

/** Every scheme, by slug, which is its name in kebab case. */
export const schemes: Readonly<Record<string, SignatureScheme>> = Object.fromEntries(
  Object.entries(all).map(([name, scheme]) => [
    name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    scheme,
  ]),
);
