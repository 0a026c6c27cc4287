import { html } from '../../../lib/html.ts'
import { orderPage } from '../../../lib/pages.ts'

type Context = { params: Promise<{ id: string }> }

export async function GET(_request: Request, { params }: Context): Promise<Response> {
  const page = orderPage((await params).id)
  return page === null ? new Response('Not found', { status: 404 }) : html(page)
}
