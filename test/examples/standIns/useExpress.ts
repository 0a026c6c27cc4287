/** `node --import` this: gives the stand-in to who imports Express, unless Express is installed for them. */
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, next) {
    if (specifier !== 'express') return next(specifier, context)
    try {
      return next(specifier, context)
    } catch {
      return next(new URL('express.ts', import.meta.url).href, context)
    }
  },
})
