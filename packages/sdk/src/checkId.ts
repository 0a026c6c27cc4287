import { InvalidRequestError } from './errors.ts'

/**
 * The id as a part of a path. Throws `InvalidRequestError` for anything that is not an id: an empty one would reach
 * the list, and `..` another route.
 */
export function checkId(id: unknown): string {
  if (typeof id === 'string' && /^[\w-]+$/.test(id)) return id
  throw new InvalidRequestError(`Not an id: ${typeof id === 'string' ? JSON.stringify(id) : typeof id}.`, {
    code: 'invalid_request',
    param: 'id',
  })
}
