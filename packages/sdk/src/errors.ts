/** What an error knows beside its message. Fields the API did not send are null. */
export type ErrorDetails = {
  code: string
  status?: number | null
  param?: string | null
  request_id?: string | null
  doc_url?: string | null
  cause?: unknown
}

/** Base of every error this package throws. Branch on the class or on `code`, never on the message. */
export class SkiroError extends Error {
  // The name sits on the prototype so that stack traces show it and minifiers cannot change it.
  static {
    this.prototype.name = 'SkiroError'
  }

  /** Stable machine word, for example `invalid_amount`. */
  readonly code: string
  /** HTTP status, or null when no answer came. */
  readonly status: number | null
  /** The field at fault. */
  readonly param: string | null
  /** Quote it when you ask for help. */
  readonly request_id: string | null
  readonly doc_url: string | null

  constructor(message: string, details: ErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = details.code
    this.status = details.status ?? null
    this.param = details.param ?? null
    this.request_id = details.request_id ?? null
    this.doc_url = details.doc_url ?? null
  }
}

/** 401 or 403: the key is missing, unknown, revoked, or lacks the right. */
export class AuthenticationError extends SkiroError {
  static {
    this.prototype.name = 'AuthenticationError'
  }
}

/** 400 and other 4xx: the request must change before it can succeed. `param` names the field. */
export class InvalidRequestError extends SkiroError {
  static {
    this.prototype.name = 'InvalidRequestError'
  }
}

/** 404: no such object in the mode of this key. */
export class NotFoundError extends SkiroError {
  static {
    this.prototype.name = 'NotFoundError'
  }
}

/** 409: the object is in a state that does not allow this, for example `session_not_pending`. */
export class ConflictError extends SkiroError {
  static {
    this.prototype.name = 'ConflictError'
  }
}

/** The idempotency key was used with another body (422), or its first request still runs (409). */
export class IdempotencyError extends SkiroError {
  static {
    this.prototype.name = 'IdempotencyError'
  }
}

/** 429: too many requests. */
export class RateLimitError extends SkiroError {
  static {
    this.prototype.name = 'RateLimitError'
  }

  /** Seconds the server asked to wait, or null when it did not say. */
  readonly retry_after: number | null

  constructor(message: string, details: ErrorDetails & { retry_after?: number | null }) {
    super(message, details)
    this.retry_after = details.retry_after ?? null
  }
}

/** 5xx, or an answer that is not Skiro's: the server, or something in front of it, is at fault. */
export class ApiError extends SkiroError {
  static {
    this.prototype.name = 'ApiError'
  }
}

/** No answer: refused, cut, or timed out (`code` is `timeout`). The request may have had its effect. */
export class ConnectionError extends SkiroError {
  static {
    this.prototype.name = 'ConnectionError'
  }
}

/** A webhook could not be verified. Answer it with 400; the message says what to fix. */
export class SignatureVerificationError extends SkiroError {
  static {
    this.prototype.name = 'SignatureVerificationError'
  }
}
