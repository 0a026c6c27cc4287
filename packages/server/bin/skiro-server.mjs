#!/usr/bin/env node
// Starts `skiro-server`. Plain JavaScript, so that an older Node says what is wrong instead of failing on TypeScript.
const OLDEST = [24, 12]

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  process.stderr.write(
    `skiro-server needs Node ${OLDEST.join('.')} or later, this is ${process.versions.node}. ` +
      'In the repository, npx runs it with the right one: npx skiro-server\n',
  )
  process.exitCode = 1
} else {
  await import('../src/main.ts')
}
