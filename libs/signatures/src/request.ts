/** A request as it came. Header names in any case; a repeated header is a list. */
export interface SignedRequest {
  readonly method: string;
  /** The whole address as the provider called it, for the schemes that sign it. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly rawBody: Buffer;
}
