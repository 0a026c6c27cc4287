import { Counter, Histogram, type Registry } from '@prometheus-io/client'
import type { FastifyInstance } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Where this route's requests are counted. Set for every route as it is added. */
    meter?: Meter
  }
}

type Meter = (status: number, seconds: number) => void

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20]

/**
 * Counts and times every answer by route pattern, method and class of status. Call it before routes are added. What
 * matches no route is one route, `unmatched`: paths that strangers make up must not become labels.
 */
export function measureHttp(app: FastifyInstance, registry: Registry): void {
  const requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered.',
    labelNames: ['route', 'method', 'status'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'From the arrival of the head to the end of the answer.',
    labelNames: ['route', 'method'],
    buckets: SECONDS,
    registers: [registry],
  })

  /** Finds its series once and not for each request. */
  function meterOf(route: string, method: string): Meter {
    let duration: Histogram.Internal<'route' | 'method'> | undefined
    const classes: Counter.Internal[] = []
    return (status, seconds) => {
      const hundred = Math.floor(status / 100)
      const request = (classes[hundred] ??= requests.labels({ route, method, status: `${hundred}xx` }))
      duration ??= durations.labels({ route, method })
      request.inc()
      duration.observe(seconds)
    }
  }

  const unmatched = new Map<string, Meter>()
  for (const method of [...METHODS, 'other']) unmatched.set(method, meterOf('unmatched', method))

  app.addHook('onRoute', (route) => {
    const method = Array.isArray(route.method) ? route.method.join(',') : route.method
    route.config = { ...route.config, meter: meterOf(route.url, method) }
  })
  app.addHook('onResponse', (request, reply, done) => {
    const meter =
      request.routeOptions.config.meter ??
      unmatched.get(METHODS.has(request.method) ? request.method : 'other')
    meter?.(reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
}
