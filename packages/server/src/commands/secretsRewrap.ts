import { defineCommand } from './command.ts'
import { type KeyCount, type Standing, countKeys } from './sealed/countKeys.ts'
import { rewrapAll } from './sealed/rewrapAll.ts'
import { table } from './table.ts'

export const secretsRewrap = defineCommand({
  name: 'secrets rewrap',
  summary: 'put all stored secrets under the current SKIRO_KEY_ENCRYPTION_KEY',
  details: [
    'The key that they are under now must be in SKIRO_OTHER_KEY_ENCRYPTION_KEYS. docs/operations.md has all the steps.',
    'Safe while `serve` and `work` run. When it is interrupted, run it again: it goes on with what is left.',
    'Then says what each key still seals. Exit code 1 while anything is not under the current key.',
  ].join('\n'),
  example: 'secrets rewrap --check',
  options: {
    check: { type: 'boolean', help: 'only say what each key still seals; change nothing' },
  },
  async run({ check }, { context }) {
    const ctx = await context()
    const rewrapped = check ? null : await rewrapAll(ctx)
    const keys = await countKeys(ctx)
    const current_key = ctx.config.key_encryption_keys.current.id
    const complete = keys.every(({ standing }) => standing === 'current')
    return {
      json: {
        object: 'sealed_values',
        current_key,
        ...(rewrapped !== null && { rewrapped }),
        complete,
        keys,
      },
      text: [
        rewrapped === null ? '' : `Values put under the key ${current_key}: ${rewrapped}.\n\n`,
        table(
          ['KEY', 'IN THE SETTINGS', 'COLUMN', 'VALUES'],
          keys.map(({ key, standing, column, values }) => [key, WORDS[standing], column, values]),
          'Nothing is sealed yet.',
        ),
        `\n${verdict(keys)}\n`,
      ].join(''),
      failed: !complete,
    }
  },
})

const WORDS: Readonly<Record<Standing, string>> = {
  current: 'current',
  other: 'opens only',
  missing: 'missing',
  unnamed: 'not named',
}

function verdict(keys: readonly KeyCount[]): string {
  const sum = (standing: Standing) =>
    keys.reduce((total, count) => total + (count.standing === standing ? count.values : 0), 0)
  if (sum('missing') > 0) {
    const missing = new Set(keys.filter(({ standing }) => standing === 'missing').map(({ key }) => key))
    return `The settings lack the key ${[...missing].join(' and ')}: what it seals cannot be read. Put it into SKIRO_OTHER_KEY_ENCRYPTION_KEYS.`
  }
  if (sum('other') > 0 || sum('unnamed') > 0)
    return 'Not all is under the current key. Keep the other keys, and run: skiro-server secrets rewrap'
  return 'All is under the current key: once every process has these settings, no other key is needed.'
}
