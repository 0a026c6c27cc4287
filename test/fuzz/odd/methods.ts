/** Methods, of which the API knows some. */
export const METHODS: readonly string[] = [
  ...[
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'SEARCH',
    'PURGE',
    'LINK',
    'MKCOL',
    'LOCK',
  ],
  ...['M-SEARCH', 'REPORT', 'SUBSCRIBE', 'QUERY', 'BIND'],
]
