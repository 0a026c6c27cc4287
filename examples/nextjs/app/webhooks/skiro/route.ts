import { SignatureVerificationError } from 'skiro'
import { hear } from '../../../lib/shop.ts'

export async function POST(request: Request): Promise<Response> {
  const body = await request.text() // not request.json(): what was parsed cannot be verified
  try {
    hear(body, request.headers.get('x-skiro-signature'))
    return Response.json({ received: true })
  } catch (error) {
    if (!(error instanceof SignatureVerificationError)) throw error
    return Response.json({ error: error.code, message: error.message }, { status: 400 })
  }
}
