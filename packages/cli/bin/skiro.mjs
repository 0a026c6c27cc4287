#!/usr/bin/env node
// Starts `skiro`. Plain JavaScript, so that an older Node says what is wrong instead of failing on TypeScript.
import { existsSync } from 'node:fs'
import * as modules from 'node:module'

const OLDEST = [22, 12]
const built = new URL('../dist/main.js', import.meta.url)

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(`skiro needs Node ${OLDEST.join('.')} or later, this is ${process.versions.node}.\n`)
  process.exitCode = 1
} else if (existsSync(built)) {
  await import(built.href)
} else {
  // In the repository nothing is built: the sources run as they are, and so do those of the SDK.
  modules.registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ['source', ...(context.conditions ?? [])] }),
  })
  await import('../src/main.ts')
}
