import { readSignerConfig, signerJournal } from '../config.ts'
import type { Context } from '../context.ts'
import { SkiroError } from '../lib/errors.ts'
import { defineCommand, type Outcome, type Surroundings } from './command.ts'
import { MODE } from './tenantOptions.ts'

const WHERE = [
  'Where SKIRO_SIGNER_JOURNAL is set, the environment of a signer process, it is about that process; elsewhere about',
  'the gateway, in all of its processes.',
].join('\n')

export const signer = defineCommand({
  name: 'signer',
  summary: 'the signer as a process of its own: it holds the key, and nobody else does',
  details: [
    'Listens on SKIRO_SIGNER_SOCKET. Needs no database, no network but that of a KMS, and the settings SKIRO_TEST_SIGNER,',
    'SKIRO_TEST_SIGNER_POLICY, SKIRO_TEST_CHAINS, SKIRO_ADDRESS_MAC_KEY, SKIRO_SIGNER_SOCKET and SKIRO_SIGNER_JOURNAL.',
    'Runs until SIGTERM, SIGINT or SIGHUP. Logs JSON lines to standard output.',
  ].join('\n'),
  example: 'signer',
  options: {},
  async run() {
    const config = readSignerConfig()
    const { runSigner } = await import('../signerProcess.ts')
    await runSigner(config)
    return null
  },
})

export const signerStop = defineCommand({
  name: 'signer stop',
  summary: 'kill switch: sign nothing from now on',
  details: `Payouts wait. What was signed before may still be sent.\n${WHERE}`,
  example: 'signer stop --reason "payouts to an address nobody knows"',
  options: {
    mode: MODE,
    reason: {
      type: 'string',
      value: '<text>',
      default: 'stopped by hand',
      help: 'why, for whoever finds it',
    },
  },
  async run({ mode, reason }, surroundings) {
    const journal = signerJournal()
    if (journal !== null) {
      const { stopByFile } = await files()
      await stopByFile(journal, reason)
    } else {
      const ctx = await surroundings.context()
      const { stopSigning } = await import('../signing/stopStore.ts')
      await stopSigning(ctx.db, mode === 'live', reason)
      await (await remoteOf(ctx, mode))?.stop().catch(cannotStop)
    }
    return await status(mode, surroundings)
  },
})

export const signerStart = defineCommand({
  name: 'signer start',
  summary: 'let go of the kill switch',
  details: `A signer process that was stopped is started in its own environment alone.\n${WHERE}`,
  example: 'signer start',
  options: { mode: MODE },
  async run({ mode }, surroundings) {
    const journal = signerJournal()
    if (journal !== null) {
      const { startByFile } = await files()
      await startByFile(journal)
    } else {
      const { startSigning } = await import('../signing/stopStore.ts')
      await startSigning((await surroundings.context()).db, mode === 'live')
    }
    return await status(mode, surroundings)
  },
})

export const signerStatus = defineCommand({
  name: 'signer status',
  summary: 'whether anything is signed',
  details: `Exit code 1 when nothing is.\n${WHERE}`,
  example: 'signer status',
  options: { mode: MODE },
  async run({ mode }, surroundings) {
    const outcome = await status(mode, surroundings)
    return { ...outcome, failed: (outcome.json as { stopped: string | null }).stopped !== null }
  },
})

async function status(mode: string, { context }: Surroundings): Promise<Outcome> {
  const stopped = await reason(mode, context)
  const text = stopped === null ? 'The signer signs.\n' : `The signer is stopped: ${stopped}\n`
  return { json: { object: 'signer', mode, stopped }, text }
}

async function reason(mode: string, context: Surroundings['context']): Promise<string | null> {
  const journal = signerJournal()
  if (journal !== null) return await (await files()).stopReasonOfFile(journal)
  const ctx = await context()
  const { stopReason } = await import('../signing/stopStore.ts')
  const here = await stopReason(ctx.db, mode === 'live')
  const remote = await remoteOf(ctx, mode)
  return here ?? (await remote?.stopped().catch((error: unknown) => (error as Error).message)) ?? null
}

async function remoteOf({ config }: Context, mode: string) {
  const where = config[mode === 'live' ? 'live' : 'test']?.signer
  if (where?.kind !== 'remote') return null
  const { createRemoteSigner } = await import('../adapters/signers/remote/index.ts')
  return createRemoteSigner(where)
}

function cannotStop(cause: unknown): never {
  throw new SkiroError('unavailable', {
    message:
      'The gateway asks for no more signatures, but the signer process did not answer: stop it where it runs.',
    cause,
  })
}

const files = async () => await import('../adapters/signers/shared/fileJournal.ts')
