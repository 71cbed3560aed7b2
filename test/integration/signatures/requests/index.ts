import { forgedBodies } from './forged-bodies.js';
import { forgedHeaders } from './forged-headers.js';
import { times } from './times.js';
import { genuineRequests } from './genuine.js';
import type { Request } from './request.js';

/** The table that every provider's own verifier and ours are held against. */
export const requests: readonly Request[] = [...genuineRequests, ...forgedBodies, ...forgedHeaders, ...times];
