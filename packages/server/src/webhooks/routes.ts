import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { eventSchema } from '../events/schema.ts'
import { renderEvent } from '../events/event.ts'
import { answerOnce } from '../http/answerOnce.ts'
import { noBody } from '../http/noBody.ts'
import { listSchema, readSlice, renderList } from '../http/paging.ts'
import { parse } from '../http/parse.ts'
import { tenantOf } from '../http/tenant.ts'
import { refusePlainHttp } from '../http/webUrl.ts'
import { SkiroError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import type { Ref, Tenant } from '../lib/tenant.ts'
import { createEndpoint } from './createEndpoint.ts'
import { deleteEndpoint } from './deleteEndpoint.ts'
import { renderEndpoint } from './endpoint.ts'
import { listEndpoints } from './listEndpoints.ts'
import type { WebhookPorts } from './ports.ts'
import { rotateSecret } from './rotateSecret.ts'
import {
  createEndpointBody,
  deletedEndpointSchema,
  endpointSchema,
  listEndpointsQuery,
  rotateSecretBody,
  updateEndpointBody,
} from './schema.ts'
import { findEndpoint } from './store.ts'
import { testEndpoint } from './testEndpoint.ts'
import { updateEndpoint } from './updateEndpoint.ts'

const TAG = { tags: ['Webhook endpoints'] }
const params = z.object({ id: z.string().describe('Webhook endpoint id, we_…') })
const NEW_SECRET = { secret: 'whsec_ryLXTL7lIBfUMgUcfGHS971USWhvZ+nJdUo6hKIfEr0=' }

/** The endpoint that the path names. An id that is none is as absent as one that does not exist. */
function refOf(request: { params: unknown }, { merchant_id, livemode }: Tenant): Ref {
  const { id } = request.params as { id: string }
  if (!isId('webhook_endpoint', id)) throw new SkiroError('not_found')
  return { merchant_id, livemode, id }
}

export function webhookRoutes(app: FastifyInstance, ctx: Context, ports: WebhookPorts): void {
  app.post(
    '/v1/webhooks',
    {
      schema: {
        ...TAG,
        operationId: 'createWebhookEndpoint',
        summary: 'Create an endpoint',
        description:
          'The answer holds the signing `secret`, once. At most 16 endpoints per mode; more are 409 `too_many_webhook_endpoints`.',
        body: createEndpointBody,
        response: { 201: endpointSchema },
        examples: { answer: NEW_SECRET },
      },
    },
    async (request, reply) => {
      const body = parse(createEndpointBody, request.body)
      refusePlainHttp(tenantOf(request), 'url', body.url)
      return await answerOnce(ctx, request, reply, body, async (tx, tenant) => {
        const { endpoint, secret } = await createEndpoint(ctx, tx, tenant, body)
        return { status: 201, body: renderEndpoint(endpoint, secret) }
      })
    },
  )

  app.get(
    '/v1/webhooks',
    {
      schema: {
        ...TAG,
        operationId: 'listWebhookEndpoints',
        summary: 'List endpoints',
        description: 'Newest first.',
        querystring: listEndpointsQuery,
        response: { 200: listSchema(endpointSchema) },
      },
    },
    async (request) => {
      const slice = readSlice('webhook_endpoint', parse(listEndpointsQuery, request.query))
      const { rows, ...found } = await listEndpoints(ctx, tenantOf(request), slice)
      return renderList(
        rows.map((row) => renderEndpoint(row)),
        { ...slice, ...found },
      )
    },
  )

  app.get(
    '/v1/webhooks/:id',
    {
      schema: {
        ...TAG,
        operationId: 'retrieveWebhookEndpoint',
        summary: 'Retrieve an endpoint',
        description: 'Without its secret, which is shown only when it is made.',
        params,
        response: { 200: endpointSchema },
      },
    },
    async (request) => {
      const endpoint = await findEndpoint(ctx.db, refOf(request, tenantOf(request)))
      if (!endpoint) throw new SkiroError('not_found')
      return renderEndpoint(endpoint)
    },
  )

  app.patch(
    '/v1/webhooks/:id',
    {
      schema: {
        ...TAG,
        operationId: 'updateWebhookEndpoint',
        summary: 'Update an endpoint',
        description: 'What the body does not name stays as it is.',
        params,
        body: updateEndpointBody,
        response: { 200: endpointSchema },
      },
    },
    async (request) => {
      const body = parse(updateEndpointBody, request.body)
      const tenant = tenantOf(request)
      refusePlainHttp(tenant, 'url', body.url)
      return renderEndpoint(await updateEndpoint(ctx, ports, refOf(request, tenant), body))
    },
  )

  app.delete(
    '/v1/webhooks/:id',
    {
      schema: {
        ...TAG,
        operationId: 'deleteWebhookEndpoint',
        summary: 'Delete an endpoint',
        description:
          'Ends deliveries that are under way. The default endpoint cannot be deleted: 409 `webhook_endpoint_is_default`.',
        params,
        response: { 200: deletedEndpointSchema },
      },
    },
    async (request) => {
      parse(noBody, request.body)
      const ref = refOf(request, tenantOf(request))
      await deleteEndpoint(ctx, ref)
      return { id: ref.id, object: 'webhook_endpoint' as const, deleted: true }
    },
  )

  app.post(
    '/v1/webhooks/:id/rotate',
    {
      schema: {
        ...TAG,
        operationId: 'rotateWebhookSecret',
        summary: 'Rotate the signing secret',
        description:
          'The answer holds the new `secret`, once. Until `expires_in` has passed, deliveries carry a signature by each: accept either.',
        params,
        body: rotateSecretBody,
        response: { 200: endpointSchema },
        examples: { answer: NEW_SECRET },
      },
    },
    async (request, reply) => {
      const body = parse(rotateSecretBody, request.body)
      return await answerOnce(ctx, request, reply, body, async (tx, tenant) => {
        const { endpoint, secret } = await rotateSecret(ctx, tx, refOf(request, tenant), body.expires_in)
        return { status: 200, body: renderEndpoint(endpoint, secret) }
      })
    },
  )

  app.post(
    '/v1/webhooks/:id/test',
    {
      schema: {
        ...TAG,
        operationId: 'testWebhookEndpoint',
        summary: 'Send a test event',
        description:
          'A `webhook.test` event, delivered to this endpoint alone, whatever its `events`. A disabled endpoint is 409 `webhook_endpoint_disabled`.',
        params,
        response: { 201: eventSchema },
      },
    },
    async (request, reply) => {
      parse(noBody, request.body)
      return await answerOnce(ctx, request, reply, null, async (tx, tenant) => ({
        status: 201,
        body: renderEvent(await testEndpoint(tx, refOf(request, tenant))),
      }))
    },
  )
}
