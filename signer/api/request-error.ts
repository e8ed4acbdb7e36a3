/** Why a request never became an operation. */
export type RequestError =
  | { readonly code: 'route-unknown' }
  | { readonly code: 'method-not-allowed'; readonly allowed: readonly string[] }
  | { readonly code: 'media-type-unsupported' }
  | { readonly code: 'body-too-large'; readonly maxBytes: number }
  /**
   * `pointer` is an RFC 6901 JSON Pointer into the body, or `?name` for a part of the query and
   * `{name}` for a part of the path; empty for the whole body.
   */
  | { readonly code: 'request-malformed'; readonly pointer: string; readonly reason: string }
  | { readonly code: 'request-timeout' }
  | { readonly code: 'header-too-large' }
  | { readonly code: 'http-malformed' }
  /** `roles` are those that may: an operator's, or `edge` for what is there for edges. */
  | { readonly code: 'role-forbidden'; readonly roles: readonly string[] }
  /** Too many answers to edges are under way. */
  | { readonly code: 'edge-busy' }
  /** A bug; what it was stands in the log. */
  | { readonly code: 'internal-error' };
