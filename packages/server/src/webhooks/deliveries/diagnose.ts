const GONE = 410

/** A receiver's answer, as far as it says what went wrong. `head` holds status line and headers. */
export type Answer = { readonly status: number; readonly head: string }

/** Whether the receiver took the event: any 2xx. */
export function isAccepted(status: number): boolean {
  return status >= 200 && status < 300
}

/** Whether the receiver says that this URL wants nothing more, ever (RFC 9110, 15.5.11). */
export function isGone(status: number | null): boolean {
  return status === GONE
}

/** What an answer means, in words that say what to change on the receiving server. */
export function diagnose({ status, head }: Answer): string {
  if (isAccepted(status)) return `${status}: accepted`
  if (status >= 300 && status < 400) return redirect(status, head)
  return `${status}: ${ADVICE.get(status) ?? other(status)}`
}

const ADVICE: ReadonlyMap<number, string> = new Map([
  [
    400,
    'your server could not read the event, or its signature: verify the raw body, before anything parses it.',
  ],
  [
    401,
    'your server did not believe the signature. Most often the body was parsed and serialised again before it was verified, or the secret is another endpoint’s.',
  ],
  [
    403,
    'your server or a firewall before it refused us. If it verifies signatures, verify the raw body; if it checks for browsers, forgery tokens or countries, exempt this path.',
  ],
  [404, 'your server has nothing at this path. Update the URL.'],
  [405, 'your server takes no POST at this path.'],
  [GONE, 'your server wants nothing more, so the endpoint was disabled.'],
  [411, 'your server wants a Content-Length, which we send: a proxy before it takes it away.'],
  [413, 'your server takes no body of this size. Raise its limit to 64 KB.'],
  [415, 'your server takes no application/json at this path.'],
  [419, 'your framework asks for a CSRF token. Exempt this path.'],
  [421, 'your server does not serve this host name.'],
  [422, 'your server understood the event and refused it. See its log.'],
  [429, 'your server takes no more for now. It is tried again; answer 2xx first and work afterwards.'],
  [500, 'your handler failed. See your server’s log.'],
  [501, 'your server does not know what to do with a POST.'],
  [502, 'the proxy before your server got no answer from it. Is it running?'],
  [503, 'your server is not available. Is it running, or being deployed?'],
  [504, 'the proxy before your server waited too long for it. Answer 2xx first and work afterwards.'],
])

function other(status: number): string {
  if (status >= 500) return 'your server failed. See its log.'
  return 'your server refused the event. Any 2xx is success.'
}

function redirect(status: number, head: string): string {
  const to = /^location: *(\S+)/im.exec(head)?.[1]
  if (status === 304 || !to) return `${status}: your server answered with a redirect, and none is followed.`
  return `${status} to ${to}: redirects are not followed. Update the URL to where your server really answers.`
}
