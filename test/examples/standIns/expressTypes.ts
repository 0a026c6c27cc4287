/** What our examples use of @types/express 5, which is not installed here. */
export const EXPRESS = `declare module 'express' {
  import type { Server } from 'node:http'
  export interface Request<Params = Record<string, string>> {
    body: any
    params: Params
    get(name: string): string | undefined
  }
  export interface Response {
    status(code: number): Response
    send(body: string): Response
    sendStatus(code: number): Response
    redirect(status: number, url: string): void
  }
  type Handler<Params> = (request: Request<Params>, response: Response) => void | Promise<void>
  type Middleware = (request: Request, response: Response, next: (error?: unknown) => void) => void
  interface App {
    get<Path extends string>(path: Path, handler: Handler<ParamsOf<Path>>): App
    post(path: string, handler: Handler<Record<string, string>>): App
    post(path: string, middleware: Middleware, handler: Handler<Record<string, string>>): App
    listen(port: number, host: string, done?: () => void): Server
  }
  type ParamsOf<Path> = Path extends \`\${string}:\${infer Name}\` ? Record<Name, string> : {}
  function express(): App
  namespace express {
    function raw(options: { type: string; limit?: string }): Middleware
  }
  export default express
}`
