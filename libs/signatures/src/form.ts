import type { RequestReader } from './request-reader.js';
import { Refusal } from './refusal.js';

const FORM = /^application\/x-www-form-urlencoded\s*(;|$)/i;

/** Whether the request calls its body a form in `application/x-www-form-urlencoded`. */
export function isForm(request: RequestReader): boolean {
  return FORM.test(request.optionalHeader('content-type') ?? '');
}

/** The fields of a body in `application/x-www-form-urlencoded`, in order. Any bytes are some fields. */
export function formOf(request: RequestReader): URLSearchParams {
  return new URLSearchParams(request.body.toString('utf8'));
}

/**
 * A field that is there exactly once.
 * @throws Refusal when it is missing, empty or repeated
 */
export function fieldOf(form: URLSearchParams, name: string): string {
  const [value, ...others] = form.getAll(name);
  if (value === undefined || value === '' || others.length > 0) {
    throw new Refusal('malformed_body', `the body needs one field ${name}`);
  }
  return value;
}
