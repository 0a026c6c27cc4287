type Operation = { operationId?: string; summary?: string }
export type OpenApi = { openapi: string; paths: Record<string, Record<string, Operation>> }

/** What an API description lacks. `routes` are all routes of the app, as `GET /v1/things/:id`. */
export function openapiComplaints(document: OpenApi, routes: readonly string[]): string[] {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      ...operation,
    })),
  )
  const described = new Set(operations.map(({ route }) => route))
  const missing = routes
    .map((route) => route.replace(/:(\w+)/g, '{$1}'))
    .filter((route) => /^\w+ \/v1\//.test(route) && !described.has(route))
  const uses = Map.groupBy(operations, ({ operationId }) => operationId)
  return [
    ...(/^3\.1\.\d+$/.test(document.openapi) ? [] : [`it is OpenAPI ${document.openapi}, not 3.1`]),
    ...missing.map((route) => `${route} is not documented`),
    ...operations.flatMap(({ route, operationId, summary }) => [
      ...(operationId ? [] : [`${route} has no operationId`]),
      ...(operationId && uses.get(operationId)?.length !== 1
        ? [`${route} shares the id ${operationId}`]
        : []),
      ...(summary ? [] : [`${route} has no summary`]),
    ]),
  ]
}
