/** Below it are the faces for providers: a body stays the bytes that were sent, and nothing else is told. */
export const WEBHOOK_PATH = '/webhooks/';
