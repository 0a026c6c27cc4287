import { eventSchema } from '../../events/schema.ts'
import { EVENT_TEXTS, type EventText } from './events.ts'
import { exampleOf } from './example.ts'
import type { SchemaWriter } from './schemas.ts'
import type { JsonSchema, OpenApi, Operation, Parameter } from './types.ts'

const SIGNATURE: Parameter = {
  name: 'X-Skiro-Signature',
  in: 'header',
  required: true,
  description:
    '`t` is when it was signed, in unix seconds. Each `v1` is the hex HMAC-SHA256 of `${t}.${raw body}` with a secret of the endpoint; during a rotation there are two.',
  schema: { type: 'string', pattern: '^t=[0-9]+(,v1=[0-9a-f]{64})+$' },
  example: 't=1795391490,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
}

/**
 * The OpenAPI `webhooks` section: what is posted to a merchant's URL, one entry for each event type. Each type becomes
 * a component, `checkout_completed_event`, and the component `event` one of them.
 */
export function describeWebhooks(writer: SchemaWriter): OpenApi['webhooks'] {
  writer.write(eventSchema, 'output')
  const shape = writer.components['event'] ?? {}
  const names = Object.entries(EVENT_TEXTS).map(([type, text]): [string, string] => {
    const name = `${type.replaceAll('.', '_')}_event`
    writer.define(name, describeType(shape, type, text, writer))
    return [type, `#/components/schemas/${name}`]
  })
  writer.define('event', {
    description: 'Something that happened. `type` says what, and what `data` is.',
    oneOf: names.map(([, $ref]) => ({ $ref })),
    discriminator: { propertyName: 'type', mapping: Object.fromEntries(names) },
  })
  const webhooks = names.map(([type, $ref]) => {
    const text = EVENT_TEXTS[type as keyof typeof EVENT_TEXTS]
    return [type, { post: describePost(type, text, $ref, writer) }]
  })
  return Object.fromEntries(webhooks) as OpenApi['webhooks']
}

/** The shape of all events, narrowed to one type. */
function describeType(
  shape: JsonSchema,
  type: string,
  { summary, data, example }: EventText,
  { write, components }: SchemaWriter,
): JsonSchema {
  const schema: JsonSchema = {
    ...shape,
    description: `${summary}.`,
    properties: {
      ...shape.properties,
      type: { type: 'string', const: type, description: 'What happened.' },
      data: write(data, 'output'),
    },
  }
  const whole = exampleOf(schema, components) as { data: object } | undefined
  return whole ? { ...schema, examples: [{ ...whole, data: { ...whole.data, ...example } }] } : schema
}

function describePost(type: string, text: EventText, $ref: string, { components }: SchemaWriter): Operation {
  const example = exampleOf({ $ref }, components)
  return {
    operationId: `on_${type.replaceAll('.', '_')}`,
    tags: ['Webhooks'],
    summary: text.summary,
    description: text.description,
    parameters: [SIGNATURE],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref }, ...(example === undefined ? {} : { example }) } },
    },
    responses: {
      '2XX': { description: 'Accepted. Answer within 15 seconds; do slow work afterwards.' },
      '410': { description: 'This delivery is given up at once.' },
      default: { description: 'Not accepted, redirects included: it is tried again for 72 hours.' },
    },
  }
}
