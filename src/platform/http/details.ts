// What a problem document says, where it is both answered and documented or answered in several places: sentences that say what
// to do.

export const OUR_FAULT = 'Something went wrong on our side; send it again later.';
export const NO_ADMIN_KEY = 'Send an admin key: Authorization: Bearer <key>.';
export const NOT_RECORDED = 'The audit cannot be written now, so nothing was done; send it again later.';
export const UNDECODABLE_ADDRESS = 'The address cannot be decoded; percent-encode it as UTF-8.';
export const NOT_HTTP = 'What was sent is not HTTP/1.1; check the client, or what stands between.';
export const NO_HOST = 'A request of HTTP/1.1 names its host; send a Host header.';
export const NOT_JSON = 'The body must be a JSON object.';
export const TOO_DEEP = 'The body is nested deeper than any field is; send the fields that are documented.';
export const BROKEN_OFF = 'The body ended before it was complete; send it again.';
export const NOT_VERIFIABLE = 'The event cannot be verified now; send it again.';
export const TOO_MUCH_UNDER_WAY = 'Too many large requests at once; send it again later.';

export function noSuchPlace(method: string, url: string): string {
  return `There is nothing at ${method} ${url}; check the address.`;
}

export function tooSlow(milliseconds: number): string {
  return `The request was not complete within ${milliseconds / 1000} s; send it again.`;
}

export function headersTooLarge(limit: number): string {
  return `The headers may have ${limit} bytes at most; send less.`;
}

export function tooLarge(limit: number): string {
  return `The body may have ${limit} bytes at most; send less.`;
}
