/** `node --import` this: gives the stand-in to who imports Express. */
import { registerHooks } from 'node:module'

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier === 'express' ? new URL('express.ts', import.meta.url).href : specifier, context),
})
