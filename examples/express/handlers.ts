import type { Request, Response } from 'express'
import { SignatureVerificationError, SkiroError } from 'skiro'
import { failurePage, orderPage, productPage } from './pages.ts'
import { hear, startCheckout } from './shop.ts'

export function home(_request: Request, response: Response): void {
  response.send(productPage())
}

export async function buy(_request: Request, response: Response): Promise<void> {
  try {
    response.redirect(303, await startCheckout())
  } catch (error) {
    if (!(error instanceof SkiroError)) throw error
    console.error(error.code, error.message, error.request_id)
    response.status(502).send(failurePage())
  }
}

/** Needs `request.body` as a Buffer: what was parsed cannot be verified. */
export function webhook(request: Request, response: Response): void {
  try {
    hear(request.body, request.get('x-skiro-signature'))
    response.sendStatus(200)
  } catch (error) {
    if (!(error instanceof SignatureVerificationError)) throw error
    response.status(400).send(error.message)
  }
}

export function order(request: Request<{ id: string }>, response: Response): void {
  const html = orderPage(request.params.id)
  if (html === null) response.sendStatus(404)
  else response.send(html)
}
