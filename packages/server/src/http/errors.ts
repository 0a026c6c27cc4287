import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorCode, ERRORS, SkiroError } from '../lib/errors.ts'
import { isUnavailable } from './isUnavailable.ts'

/** The shape of every answer that is not a success. */
export type ErrorBody = {
  error: ErrorCode
  message: string
  param?: string
  request_id: string
  doc_url: string
}

const FRAMEWORK_CODES: Record<string, ErrorCode> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'invalid_request',
}

/** The only place where errors become HTTP. What we do not know is a 500 without inner detail, and is logged. */
export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  doc_base: string,
): FastifyReply {
  const known = toSkiroError(error)
  if (known.status >= 500) request.log.error({ err: error }, 'request failed')
  const body = errorBody(known, request.id, doc_base)
  if (known.code === 'invalid_api_key') reply.header('www-authenticate', 'Bearer')
  if (known.code === 'unavailable') reply.header('retry-after', '1')
  return (
    reply
      .code(ERRORS[known.code].status)
      .type('application/json; charset=utf-8')
      // Also where no hook ran: what the framework refuses before it looks for a route.
      .header('request-id', request.id)
      .send(JSON.stringify(body))
  )
}

/** The body of an error answer. `doc_base` is where the gateway is reached. */
export function errorBody(
  { code, message, param }: SkiroError,
  request_id: string,
  doc_base: string,
): ErrorBody {
  return {
    error: code,
    message,
    ...(param === undefined ? {} : { param }),
    request_id,
    doc_url: `${doc_base}/docs/errors/${code}`,
  }
}

function toSkiroError(error: unknown): SkiroError {
  if (error instanceof SkiroError) return error
  const { code, statusCode } = error as FastifyError
  const mapped = FRAMEWORK_CODES[code]
  if (mapped) return new SkiroError(mapped)
  if (statusCode && statusCode >= 400 && statusCode < 500) return new SkiroError('invalid_request')
  return new SkiroError(isUnavailable(error) ? 'unavailable' : 'internal_error', { cause: error })
}
