import { errorComponents, errorSchema } from './errorAnswers.ts'
import { describeOperation } from './operation.ts'
import { addSamples } from './addSamples.ts'
import { HERE } from './fields.ts'
import type { DocumentedRoute } from './routes.ts'
import { schemaWriter } from './schemas.ts'
import { HEADERS, PARAMETERS } from './shared.ts'
import { TAGS } from './tags.ts'
import type { OpenApi } from './types.ts'
import { describeWebhooks } from './webhooks.ts'

const DESCRIPTION = `Cards in, crypto out. Create a checkout session, send the customer to its \`url\`, and receive crypto in your own wallet.

JSON over HTTPS. Amounts are in major units: \`49.99\` is 49 dollars and 99 cents. In requests they are JSON numbers or decimal strings and are never rounded; in answers they are JSON numbers with at most 2 decimals for fiat, 6 for USDT and USDC, 8 for BTC and ETH, which every double holds exactly. Times are ISO 8601 in UTC. Answers may gain fields: ignore those you do not know.`

/**
 * The OpenAPI 3.1 document of all noted routes: what `GET /openapi.json` answers, and what /docs, llms.txt, the SDK's
 * types and the fuzz test are made from. Groups stand in the order of TAGS, calls in the order of their routes.
 */
export function buildDocument(routes: readonly DocumentedRoute[], public_url: string): OpenApi {
  const writer = schemaWriter()
  const rank = ({ tags }: DocumentedRoute) => {
    const at = TAGS.findIndex(({ name }) => name === tags[0])
    return at === -1 ? TAGS.length : at
  }
  // First, because calls that answer an event show one of these.
  const webhooks = describeWebhooks(writer)
  const paths: OpenApi['paths'] = {}
  for (const route of routes.toSorted((a, b) => rank(a) - rank(b))) {
    const methods = (paths[route.path] ??= {})
    methods[route.method.toLowerCase()] = describeOperation(route, writer)
  }
  const document: OpenApi = {
    openapi: '3.1.0',
    info: {
      title: 'Skiro API',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: public_url, description: 'This gateway.' }],
    security: [{ api_key: [] }],
    tags: [...TAGS, { name: 'Webhooks', description: 'What Skiro posts to your URL.' }],
    paths,
    webhooks,
    components: {
      schemas: { ...writer.components, error: errorSchema },
      ...errorComponents(public_url),
      parameters: PARAMETERS,
      headers: HEADERS,
      securitySchemes: {
        api_key: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A secret key: `sk_test_…` moves test money only, `sk_live_…` moves real money. Keep it on your server.',
        },
      },
    },
  }
  const at_home = JSON.parse(JSON.stringify(document).replaceAll(HERE, public_url)) as OpenApi
  addSamples(at_home, public_url)
  return withoutUnused(at_home)
}

/** Shared answers and examples of codes that no call can give are left out. */
function withoutUnused(document: OpenApi): OpenApi {
  const { components, ...rest } = document
  const kept = (kind: 'responses' | 'examples', text: string) =>
    Object.fromEntries(
      Object.entries(components[kind]).filter(([name]) => text.includes(`"#/components/${kind}/${name}"`)),
    )
  const responses = kept('responses', JSON.stringify(rest)) as OpenApi['components']['responses']
  const examples = kept('examples', JSON.stringify({ rest, responses })) as OpenApi['components']['examples']
  return { ...rest, components: { ...components, responses, examples } }
}
