import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Writes into `folder` an authority (`ca.crt.pem`) and keys with certificates for `good.test`, as openssl makes them:
 * `good`, `expired`, `other` (another name), `selfsigned`, `stranger` (of an authority that nobody knows).
 */
export async function makeCertificates(folder: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  const selfSigned = (name: string, subject: string) =>
    openssl('req', '-x509', ...key, '-keyout', `${name}.key.pem`, '-out', `${name}.crt.pem`, '-subj', subject)
  const signed = async (name: string, host: string, authority: string, days: number) => {
    await openssl('req', ...key, '-keyout', `${name}.key.pem`, '-out', `${name}.csr`, '-subj', `/CN=${host}`)
    await writeFile(`${folder}/${name}.ext`, `subjectAltName=DNS:${host}\n`)
    const by = ['-CA', `${authority}.crt.pem`, '-CAkey', `${authority}.key.pem`, '-CAcreateserial']
    const extra = ['-days', `${days}`, '-extfile', `${name}.ext`, '-out', `${name}.crt.pem`]
    await openssl('x509', '-req', '-in', `${name}.csr`, ...by, ...extra)
  }
  await selfSigned('ca', '/CN=Known Authority')
  await selfSigned('nobody', '/CN=Unknown Authority')
  await selfSigned('selfsigned', '/CN=good.test')
  await signed('good', 'good.test', 'ca', 2)
  await signed('expired', 'good.test', 'ca', -1)
  await signed('other', 'other.test', 'ca', 2)
  await signed('stranger', 'good.test', 'nobody', 2)
}
