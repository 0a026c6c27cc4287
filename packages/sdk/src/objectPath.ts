import { InvalidRequestError } from './errors.ts'

/**
 * Path of one object. Throws `InvalidRequestError` for anything that is not an id: an empty id would reach the
 * list, and `..` another route.
 */
export function objectPath(collection: string, id: string): string {
  if (typeof id === 'string' && /^[\w-]+$/.test(id)) return `${collection}/${id}`
  throw new InvalidRequestError(`Not an id: ${typeof id === 'string' ? JSON.stringify(id) : typeof id}.`, {
    code: 'invalid_request',
    param: 'id',
  })
}
