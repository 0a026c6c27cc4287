import type { ErrorCode } from './generated/errorCode.ts'

/**
 * Why it failed: a code of the API, one of this package's own, or one that a newer server knows. The intersection
 * keeps the known ones in the editor's suggestions.
 */
export type SkiroErrorCode = ErrorCode | OwnCode | (string & {})

type OwnCode =
  | 'connection_failed'
  | 'timeout'
  | 'aborted'
  | 'invalid_option'
  | 'invalid_response'
  | 'unexpected_redirect'
  | SignatureErrorCode

/** Why a webhook was refused. */
export type SignatureErrorCode =
  | 'body_not_raw'
  | 'body_empty'
  | 'body_changed'
  | 'header_missing'
  | 'header_malformed'
  | 'secret_invalid'
  | 'signature_mismatch'
  | 'timestamp_too_old'
  | 'timestamp_in_future'
  | 'tolerance_invalid'
  | 'payload_invalid'

/** What an error knows beside its message. Fields the API did not send are null. */
export type ErrorDetails = {
  code: SkiroErrorCode
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
  readonly code: SkiroErrorCode
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

/** 401: the key is missing, unknown, expired or revoked. */
export class AuthenticationError extends SkiroError {
  static {
    this.prototype.name = 'AuthenticationError'
  }
}

/** 403: the key lacks the right, for example a read-only one that creates, or its mode is not set up. */
export class PermissionError extends SkiroError {
  static {
    this.prototype.name = 'PermissionError'
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

/** No answer: `code` is `connection_failed`, `timeout` or `aborted`. The request may have had its effect. */
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
