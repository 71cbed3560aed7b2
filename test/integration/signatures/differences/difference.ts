/** Requests on which providers' packages and we do not agree. */
export interface Difference {
  readonly requests: readonly string[];
  /** What the packages do, and why we do not. */
  readonly why: string;
  readonly packages: readonly string[];
}
