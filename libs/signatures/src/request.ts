/** A request as it came. Header names in any case; a repeated header is a list. */
export interface SignedRequest {
  readonly method: string;
  /** The whole address as the provider called it, for the schemes that sign it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly rawBody: Buffer;
}

/** What is to be signed. */
export interface SigningRequest {
  /** The message's id; used where the scheme signs one. */
  readonly id: string;
  /** The time of signing; a scheme with its timestamp in the body finds it there. */
  readonly now: Date;
  readonly rawBody: Buffer;
  /** Default: POST. */
  readonly method?: string;
  /** The whole address; used where the scheme signs it. */
  readonly url?: string;
}
