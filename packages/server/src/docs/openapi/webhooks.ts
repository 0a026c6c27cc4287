import { eventSchema } from '../../events/schema.ts'
import { EVENT_TEXTS, type EventText } from './events.ts'
import { exampleOf } from './example.ts'
import type { SchemaWriter } from './schemas.ts'
import { SIGNATURE_HEADERS } from './signatureHeaders.ts'
import type { JsonSchema, OpenApi, Operation } from './types.ts'

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
    parameters: SIGNATURE_HEADERS,
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
