import assert from 'node:assert/strict'
import { after, beforeEach, describe, test } from 'node:test'
import { inspect } from 'node:util'
import { KMS, startKms } from '../../../../../../test/support/kms.ts'
import { Secret } from '../../../lib/secrets.ts'
import { createKmsSigner } from './index.ts'
import { authorization } from './sigV4.ts'

const DIGEST = `0x${'ab'.repeat(32)}` as const
const kms = await startKms()
const other_curve = await startKms({ curve: 'P-256' })
after(async () => Promise.all([kms.close(), other_curve.close()]))
beforeEach(() => kms.fail(null))

const { region, key_id, access_key_id } = KMS
const signerOf = (change: object = {}) =>
  createKmsSigner({
    ...{ region, key_id, access_key_id, secret_access_key: new Secret(KMS.secret), timeout_ms: 300 },
    ...{ endpoint: kms.endpoint, ...change },
  })

test('signs requests as the example of AWS does', () => {
  // docs.aws.amazon.com, Signature Version 4, example request of IAM ListUsers.
  const header = authorization(
    {
      method: 'GET',
      path: '/',
      query: 'Action=ListUsers&Version=2010-05-08',
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        host: 'iam.amazonaws.com',
        'x-amz-date': '20150830T123600Z',
      },
      body: '',
    },
    { region: 'us-east-1', service: 'iam' },
    { access_key_id: 'AKIDEXAMPLE', secret_access_key: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  )
  assert.equal(
    header,
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  )
})

test('gives other signatures of the same digest: nothing may rely on equal bytes', async () => {
  const signer = signerOf()
  const [one, two] = [await signer.signDigest(DIGEST), await signer.signDigest(DIGEST)]
  assert.notEqual(one.r, two.r)
})

test('sends a session token, and has it signed', async () => {
  await signerOf({ session_token: new Secret('token') }).publicKey()
})

describe('says which failures pass by themselves', () => {
  const faults: [string, Parameters<typeof kms.fail>[0], string][] = [
    ['throttled', { status: 400, type: 'ThrottlingException' }, 'unavailable'],
    ['broken', { status: 500, type: 'KMSInternalException' }, 'unavailable'],
    ['silent', 'hang', 'unavailable'],
    ['signing with another key', 'other_key', 'unavailable'],
    ['disabled', { status: 400, type: 'DisabledException' }, 'refused'],
    ['not allowed', { status: 400, type: 'AccessDeniedException' }, 'refused'],
    ['not KMS at all', 'garbage', 'refused'],
  ]
  for (const [what, fault, kind] of faults) {
    test(what, async () => {
      const signer = signerOf()
      await signer.publicKey()
      kms.fail(fault)
      await assert.rejects(signer.signDigest(DIGEST), (error: Error & { kind?: string }) => {
        assert.deepEqual([error.name, error.kind], ['ProviderError', kind])
        assert.doesNotMatch(inspect(error, { depth: 9 }), /secret detail|EXAMPLEKEY/)
        return true
      })
      kms.fail(null)
      await signer.signDigest(DIGEST)
    })
  }

  test('a wrong credential, a wrong key, a key of another curve', async () => {
    for (const change of [
      { secret_access_key: new Secret('wrong') },
      { key_id: 'alias/other' },
      { endpoint: other_curve.endpoint },
    ])
      await assert.rejects(signerOf(change).publicKey(), { name: 'ProviderError', kind: 'refused' })
  })

  test('the public key is asked for again after a failure', async () => {
    const signer = signerOf()
    kms.fail({ status: 503, type: 'x' })
    await assert.rejects(signer.publicKey(), { kind: 'unavailable' })
    kms.fail(null)
    assert.match(await signer.publicKey(), /^0x04/)
  })
})
