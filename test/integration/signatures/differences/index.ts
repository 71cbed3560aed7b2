import { bodies } from './bodies.js';
import type { Difference } from './difference.js';
import { headers } from './headers.js';
import { ownSchemes } from './own-schemes.js';
import { times } from './times.js';

/** The whole list. Where it says nothing, we agree with every package on every request that it is sent. */
export const differences: readonly Difference[] = [...times, ...headers, ...bodies, ...ownSchemes];

/** Whether a package, or what stands for one, and we differ on a request. */
export function differs(packageName: string, request: string): boolean {
  return differences.some(
    ({ requests, packages }) => requests.includes(request) && packages.includes(packageName),
  );
}
