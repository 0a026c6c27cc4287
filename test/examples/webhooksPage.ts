import type { Guide } from './guide.ts'

/** A delivery as it arrived at the merchant's server. */
export type Arrived = {
  readonly body: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly event: Readonly<Record<string, unknown>>
}

const GIVEN = `import { deepEqual, equal, handle, header, headers, rawBody, secret, t } from './given.ts'`

/**
 * What docs/webhooks.md needs so that its snippets can run: a delivery to verify, and the id of an endpoint that
 * missed something.
 */
export function webhooksPage(arrived: Arrived, secret: string, endpoint_id: string) {
  const signature = String(arrived.headers['x-skiro-signature'])
  const given = `
    import type { SkiroEvent } from 'skiro'
    export const rawBody = ${JSON.stringify(arrived.body)}
    export const header = ${JSON.stringify(signature)}
    export const headers: Record<string, string> = ${JSON.stringify(arrived.headers)}
    export const secret = ${JSON.stringify(secret)}
    export const t = ${JSON.stringify(/^t=(\d+)/.exec(signature)?.[1])}
    export const handle = async ({ id }: SkiroEvent) => console.log('handled', id)
    export { deepEqual, equal } from 'node:assert/strict'
  `
  const complete = (code: string) => {
    const holds = [
      /\bconst event = /.test(code) && 'deepEqual(event, JSON.parse(rawBody))',
      /\bconst mac = /.test(code) && 'equal(header, `t=${t},v1=${mac}`)',
    ].filter((one) => one !== false)
    return [GIVEN, code, ...holds].join('\n')
  }
  return {
    given,
    guide: {
      instead: {
        // What differs each time.
        '2026-11-22T23:51:30.227Z': String(arrived.event['created_at']),
        '"sequence": 17': `"sequence": ${Number(arrived.event['sequence'])}`,
        'we_…': endpoint_id,
      },
      event: async () => arrived.body,
      complete,
    } satisfies Partial<Guide>,
  }
}
