import assert from 'node:assert/strict'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KMS, startKms } from '../../../../../test/support/kms.ts'
import { BAD, guardedWorld, POLICY_JSON, request } from '../../../../../test/support/guardedWorld.ts'
import { startSigner } from '../../../../../test/support/signerProcess.ts'
import { MAC_KEY, RULES, SIGNER_KEY } from '../../../../../test/support/signing.ts'
import { Secret } from '../../lib/secrets.ts'
import { type SignerWorld, testDigestSigner, testSigner } from '../conformance/signer.ts'
import { writeKeystore } from './keystore/files.ts'
import { sealKey } from './keystore/format.ts'
import { createKeystoreSigner } from './keystore/index.ts'
import { createKmsSigner } from './kms/index.ts'
import { createLocalSigner } from './local.ts'
import { createRemoteSigner } from './remote/index.ts'
import { startByFile } from './shared/fileJournal.ts'

async function keystoreWorld(): Promise<SignerWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-keystore-'))
  const file = join(folder, 'hot.keystore')
  const passphrase = new Secret('correct horse battery staple')
  await writeKeystore(file, await sealKey(new Secret(SIGNER_KEY), passphrase, { t: 1, m: 64, p: 1 }))
  const torn = join(folder, 'torn.keystore')
  await writeFile(torn, '{', { mode: 0o600 })
  return {
    key: createKeystoreSigner(file, async () => passphrase),
    unreachable: createKeystoreSigner(torn, async () => passphrase),
    secrets: [SIGNER_KEY, passphrase.reveal()],
    close: async () => rm(folder, { recursive: true }),
  }
}

async function kmsWorld(): Promise<SignerWorld> {
  const kms = await startKms({ private_key: SIGNER_KEY })
  const { region, key_id, access_key_id, secret } = KMS
  const config = { region, key_id, access_key_id, secret_access_key: new Secret(secret) }
  return {
    key: createKmsSigner({ ...config, endpoint: kms.endpoint }),
    unreachable: createKmsSigner({ ...config, endpoint: 'http://127.0.0.1:9/' }),
    secrets: [SIGNER_KEY, secret],
    close: async () => kms.close(),
  }
}

const localWorld = async (): Promise<SignerWorld> => ({
  key: createLocalSigner(SIGNER_KEY),
  unreachable: null,
  secrets: [SIGNER_KEY],
  close: async () => {},
})

const keys = { local: localWorld, keystore: keystoreWorld, kms: kmsWorld }
for (const [id, open] of Object.entries(keys)) {
  testDigestSigner(id, open)
  testSigner(`guarded ${id}`, async () => {
    const { key, unreachable, close } = await open()
    return guardedWorld(key, { ...(unreachable && { unreachable }), close })
  })
}

testSigner('remote', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'skiro-signer-'))
  const socket = join(folder, 'signer.sock')
  const journal = join(folder, 'journal')
  const { chain_id, tokens } = RULES
  const env = {
    SKIRO_TEST_SIGNER_KEY: SIGNER_KEY,
    SKIRO_TEST_SIGNER_POLICY: POLICY_JSON,
    SKIRO_TEST_CHAINS: JSON.stringify([
      { network: 'ethereum', chain_id, rpc_url: 'http://127.0.0.1:9', tokens },
    ]),
    SKIRO_ADDRESS_MAC_KEY: MAC_KEY,
    SKIRO_SIGNER_SOCKET: socket,
    SKIRO_SIGNER_JOURNAL: journal,
  }
  let process = await startSigner(env)
  const signer = createRemoteSigner({ socket })
  return {
    signer,
    unreachable: createRemoteSigner({ socket: join(folder, 'none.sock') }),
    request,
    bad: BAD,
    stop: async () => {
      await signer.stop()
      assert.equal(await signer.stopped(), 'asked over the socket')
    },
    start: async () => startByFile(journal),
    async reopen() {
      assert.equal((await stat(socket)).mode & 0o777, 0o660)
      await assert.rejects(startSigner(env), /Another process listens/)
      await process.kill()
      await assert.rejects(signer.signTransaction(request('po_a', 1, 10n)), { kind: 'unavailable' })
      process = await startSigner(env)
      return signer
    },
    async close() {
      assert.equal(await process.stop(), 0)
      assert.doesNotMatch(process.said(), new RegExp(`${SIGNER_KEY.slice(2)}|${MAC_KEY.slice(0, 20)}`))
      await rm(folder, { recursive: true })
    },
  }
})
