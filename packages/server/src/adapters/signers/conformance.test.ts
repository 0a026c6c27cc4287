import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KMS, startKms } from '../../../../../test/support/kms.ts'
import { SIGNER_KEY } from '../../../../../test/support/signing.ts'
import { Secret } from '../../lib/secrets.ts'
import { testDigestSigner } from '../conformance/signer.ts'
import { writeKeystore } from './keystore/files.ts'
import { sealKey } from './keystore/format.ts'
import { createKeystoreSigner } from './keystore/index.ts'
import { createKmsSigner } from './kms/index.ts'
import { createLocalSigner } from './local.ts'

testDigestSigner('local', async () => ({
  key: createLocalSigner(SIGNER_KEY),
  unreachable: null,
  secrets: [SIGNER_KEY],
  close: async () => {},
}))

testDigestSigner('keystore', async () => {
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
})

testDigestSigner('kms', async () => {
  const kms = await startKms({ private_key: SIGNER_KEY })
  const { region, key_id, access_key_id, secret } = KMS
  const config = { region, key_id, access_key_id, secret_access_key: new Secret(secret) }
  return {
    key: createKmsSigner({ ...config, endpoint: kms.endpoint }),
    unreachable: createKmsSigner({ ...config, endpoint: 'http://127.0.0.1:9/' }),
    secrets: [SIGNER_KEY, secret],
    close: async () => kms.close(),
  }
})
