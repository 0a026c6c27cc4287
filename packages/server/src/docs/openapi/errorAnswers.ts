import { ERRORS, type ErrorCode } from '../../lib/errors.ts'
import { ERROR_TEXTS } from '../errors/texts.ts'
import type { Answer, JsonSchema, OpenApi, Reference } from './types.ts'

const JSON_TYPE = 'application/json'

/** The body of every answer that is not a success, as docs/errors pages and the OpenAPI document show it. */
export function errorExample(code: ErrorCode, public_url: string) {
  const { param, message } = ERROR_TEXTS[code].example ?? {}
  return {
    error: code,
    message: message ?? ERRORS[code].message,
    ...(param === undefined ? {} : { param }),
    request_id: 'req_01jf2m8s5v7h4n2b8k6d1g3f5a',
    doc_url: `${public_url}/docs/errors/${code}`,
  }
}

export const errorSchema: JsonSchema = {
  type: 'object',
  description: 'The body of every answer that is not a success.',
  properties: {
    error: {
      type: 'string',
      enum: Object.keys(ERRORS),
      description: 'What went wrong, for programs. New codes may be added.',
    },
    message: { type: 'string', description: 'What to do about it, for people. May be reworded.' },
    param: {
      type: 'string',
      description: 'The field, query parameter or header that is wrong, such as `amount` or `metadata.size`.',
    },
    request_id: {
      type: 'string',
      description: 'Quote it when you ask for help: it finds this request in the log.',
    },
    doc_url: { type: 'string', description: 'The page about this code.' },
  },
  required: ['error', 'message', 'request_id', 'doc_url'],
}

/** `components.responses` and `components.examples`: one of each for every code. */
export function errorComponents(public_url: string): Pick<OpenApi['components'], 'responses' | 'examples'> {
  const codes = Object.keys(ERRORS) as ErrorCode[]
  return {
    responses: Object.fromEntries(codes.map((code) => [code, answer(code, [code])])),
    examples: Object.fromEntries(
      codes.map((code) => [code, { summary: ERRORS[code].message, value: errorExample(code, public_url) }]),
    ),
  }
}

/** The error answers of a call by status. A status with one code is the shared answer of that code. */
export function errorAnswers(codes: readonly ErrorCode[]): Record<string, Answer | Reference> {
  const by_status = Map.groupBy(codes, (code) => ERRORS[code].status)
  const answers = [...by_status].map(([status, some]): [string, Answer | Reference] => {
    const [only, ...more] = some
    if (only && more.length === 0) return [String(status), { $ref: `#/components/responses/${only}` }]
    const described = some.map((code) => `- \`${code}\`: ${ERRORS[code].message}`)
    return [String(status), answer(described.join('\n'), some)]
  })
  return Object.fromEntries(answers.toSorted(([a], [b]) => Number(a) - Number(b)))
}

function answer(text: string, codes: readonly ErrorCode[]): Answer {
  const [first] = codes
  const single = codes.length === 1 && first
  return {
    description: single ? ERRORS[first].message : text,
    headers: {
      'Request-Id': { $ref: '#/components/headers/Request-Id' },
      ...(codes.some((code) => code === 'rate_limited' || code === 'unavailable') && {
        'Retry-After': { $ref: '#/components/headers/Retry-After' },
      }),
      ...(codes.includes('rate_limited') && {
        RateLimit: { $ref: '#/components/headers/RateLimit' },
        'RateLimit-Policy': { $ref: '#/components/headers/RateLimit-Policy' },
      }),
    },
    content: {
      [JSON_TYPE]: {
        schema: {
          allOf: [{ $ref: '#/components/schemas/error' }, { properties: { error: { enum: [...codes] } } }],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  }
}
